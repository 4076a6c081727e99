"""The checks of every page, tried on pages that are wrong on purpose: each fault is found."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.browser.checks import alike, built, cut, faults, narrow, pale, small, spaced, walked

GOOD: Final = """<!doctype html>
<html lang="fr" dir="ltr" data-mode="home" data-theme="light">
<head><title>Travaux · Résidacœur</title><style>
a, button, input { display: inline-block; min-width: 44px; min-height: 44px }
:focus-visible { outline: 4px solid #0B3C5D }
[data-theme] { background: #FFF; color: #000 }
</style></head>
<body><a class="skip" href="#main">Aller au contenu</a>
<header class="top"><a href="/">Accueil</a></header>
<main id="main"><h1>Travaux</h1>
<form><label for="door">Porte</label><input id="door" aria-describedby="said">
<p id="said">3 signes</p>
<button>Envoyer</button></form></main>
<footer class="shore"><a href="/about/">À propos</a></footer></body></html>"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sheet(browser: Any) -> Iterator[Any]:
    """An empty page."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def show(page: Any, old: str = "", new: str = "") -> Any:
    """The good page, with one thing of it made otherwise."""
    assert old in GOOD
    page.set_content(GOOD.replace(old, new, 1) if old else GOOD)
    return page


def test_a_page_without_fault_is_left_alone(sheet: Any) -> None:
    page = show(sheet)
    assert built(page, "fr") + small(page) + cut(page) + faults(page) == []
    assert narrow(page) + spaced(page) + pale(page) + walked(page) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Travaux · Résidacœur", "Résidacœur", "title"),
        ('lang="fr"', 'lang="en"', "language"),
        ("<h1>Travaux</h1>", "<h2>Travaux</h2>", "not one h1"),
        ("</h1>", "</h1><h3>Demain</h3>", "a level is skipped"),
        ("<main id", "<nav><a href='/x'>x</a></nav><main id", "unnamed"),
        ('<header class="top">', "<header>", "not one header.top"),
        ("</h1>", '</h1><img src="/x.png">', "a picture without words"),
        ("</h1>", "</h1><svg></svg>", "a drawing is read"),
        ('aria-describedby="said"', 'aria-invalid="true" aria-describedby="x"', "nobody says why"),
        ("<button>", '<button tabindex="3">', "out of turn"),
        ("<button>", '<button id="door">', "twice: door"),
        ("</h1>", "</h1><iframe></iframe>", "never used here"),
        ("</h1>", "</h1><table><tr><th>Quoi</th></tr></table>", "heads nothing"),
        ("</h1>", "</h1><fieldset></fieldset>", "no legend"),
        ("</h1>", "</h1><p>الماء مقطوع</p>", "not said to be Arabic"),
        ("</h1>", '</h1><p lang="ar">Pas d’eau demain matin ici</p>', "said to be Arabic"),
        ("</h1>", '</h1><p lang="français">x</p>', "no language"),
        ('href="/about/"', 'href="/"', "0 ways to what the law wants said"),
        ("</h1>", '</h1><div class="notices"><a href="/1">1</a><a href="/2">2</a></div>', "a list"),
    ],
)
def test_a_page_built_wrong_is_found(sheet: Any, old: str, new: str, found: str) -> None:
    assert any(found in fault for fault in built(show(sheet, old, new), "fr"))


@pytest.mark.parametrize(
    ("check", "old", "new", "found"),
    [
        (small, "<button>", '<button style="min-width: 0; width: 43px">', "43x44"),
        (cut, "</h1>", '</h1><p style="width: 9em; height: 1em; overflow: hidden">Un mot. '
         "Un autre mot, qui ne tient pas dedans.</p>", "cut by"),
        (cut, "</h1>", '</h1><p style="margin-left: -60px">Dehors</p>', "beyond the screen"),
        (narrow, "</h1>", '</h1><p style="width: 600px">Large</p>', "scrolls sideways"),
        (spaced, "</h1>", '</h1><p style="font-family: monospace; height: 1.2em; line-height: 1.2; '
         'width: 14ch; overflow: hidden">Juste la place</p>', "cut by"),
        (pale, "color: #000", "color: #666", "color-contrast-enhanced"),
        (faults, ' for="door"', "", "label"),
        (walked, "outline: 4px", "outline: 1px", "no ring"),
        (walked, "<form>", '<form style="display: flex; flex-direction: row-reverse">', "turns"),
        (walked, "<button>", '<button onkeydown="event.preventDefault()">', "not met at its turn"),
    ],
)  # fmt: skip
def test_a_page_that_shuts_someone_out_is_found(
    sheet: Any, check: Any, old: str, new: str, found: str
) -> None:
    assert any(found in fault for fault in check(show(sheet, old, new)))


def test_titles_alike_are_found_but_for_the_same_page() -> None:
    titles = {"/news/": "Nouvelles", "/news/?n=1": "Nouvelles", "/works/": "Travaux"}
    assert alike(titles) == []
    assert alike({**titles, "/help": "Travaux"}) == ["Travaux: ['/help', '/works/']"]
