"""Keys within reach, letters one can read, nothing that moves: measured on the screens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser import opening
from tests.browser.conftest import SIZES

SCRIPT: Final = (Path(__file__).parent / "comfort.js").read_text()
DOOR: Final = "/signin/code?staircase=figuiers-b&door=31"
H: Final = {"kiosk": 29.5, "tv": 65.5}
"""Pixels of a capital H seen under 0.7°: at 60 cm from 21.5 inches, at 3.4 m from 55."""

PAGES: Final = (
    "/",
    "/?n=1",
    "/news/",
    "/works/",
    "/report/",
    "/report/where?what=lift",
    "/report/where?what=lift&at=all",
    "/report/same?what=door&place=figuiers-b-hall",
    "/report/door?what=bins&place=figuiers-poubelles",
    "/signin",
    "/signin?residence=-",
    "/signin/door?staircase=figuiers-b",
    DOOR,
    "/signin/staff",
    "/emergency/",
    "/settings/",
    "/settings/listen",
    "/language/",
    "/help",
    "/help/report",
    "/help/people",
    "/townhall/",
    "/about/",
    "/about/accessibility",
    "/nothing-here",
)
OWN: Final = (
    "/",
    "/reports/",
    "/report/photo?what=light&place=flat",
    "/report/words?what=light&place=flat",
    "/report/check?what=light&place=flat",
)

pytestmark = pytest.mark.browser


@contextmanager
def shown(browser: Any, demo: Any, mode: str, **look: str) -> Iterator[Any]:
    """A screen, set as asked."""
    width, height = SIZES[mode]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=mode == "kiosk", locale="fr-FR"
    )
    page = context.new_page()
    page.goto(f"{demo.urls[mode]}/?{'&'.join(f'{name}={word}' for name, word in look.items())}")
    yield page
    context.close()


def ask(page: Any, question: str, *arguments: Any) -> Any:
    """What one of the functions of comfort.js answers about the page."""
    return page.evaluate(f"(given) => {{ {SCRIPT}; return {question}(...given); }}", [*arguments])


def enter(page: Any, demo: Any, mode: str) -> None:
    """Sign Amina in."""
    opening.enter(page, demo.urls[mode], DOOR, demo.codes["Amina"])
    page.goto(f"{demo.urls[mode]}/?{opening.PLAIN}")


def told(wrong: dict[str, Any]) -> str:
    return json.dumps(wrong, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    ("lang", "size"),
    [pytest.param("fr", "normal", marks=pytest.mark.full), ("ar", "normal"), ("fr", "huge")],
)
def test_low_keeps_every_key_in_the_lower_half(
    browser: Any, demo: Any, lang: str, size: str
) -> None:
    with shown(browser, demo, "kiosk", lang=lang, size=size, layout="low") as page:
        wrong = {}
        for paths, signed in ((PAGES, False), (OWN, True)):
            if signed:
                enter(page, demo, "kiosk")
                page.goto(f"{demo.urls['kiosk']}/?lang={lang}&size={size}&layout=low")
            for path in paths:
                page.goto(demo.urls["kiosk"] + path)
                found = ask(page, "high") + ask(page, "small")
                if found or ask(page, "scrolls"):
                    wrong[path] = found
        assert not wrong, told(wrong)


def test_low_keeps_the_keyboard_and_dialogs_in_the_lower_half_too(browser: Any, demo: Any) -> None:
    with shown(browser, demo, "kiosk") as page:
        enter(page, demo, "kiosk")
        page.goto(f"{demo.urls['kiosk']}/?layout=low")
        page.goto(f"{demo.urls['kiosk']}/report/words?what=light&place=flat")
        page.tap("#words")
        page.wait_for_selector("#board button")
        assert ask(page, "below", "#words, form.telling .act") == []
        assert ask(page, "high") == []
        page.keyboard.press("Escape")
        for name in ("cut", "idle"):
            page.evaluate("name => document.getElementById(name).showModal()", name)
            assert ask(page, "high") == []
            page.evaluate("name => document.getElementById(name).close()", name)


def test_one_key_lowers_the_page_and_lifts_it_again(browser: Any, demo: Any) -> None:
    with shown(browser, demo, "kiosk") as page:
        page.tap("a[href*='layout=low']")
        page.wait_for_selector("html[data-layout=low]")
        page.tap("a[href*='layout=whole']")
        page.wait_for_selector("html:not([data-layout])")


@pytest.mark.parametrize(("mode", "lang"), [("kiosk", "fr"), ("tv", "ar")])
def test_very_large_letters_are_leafed_through_and_none_is_small(
    browser: Any, demo: Any, mode: str, lang: str
) -> None:
    with shown(browser, demo, mode, lang=lang, size="huge") as page:
        wrong = {}
        for path in PAGES:
            page.goto(demo.urls[mode] + path)
            found = [*ask(page, "low", H[mode])]
            if mode == "kiosk":
                found.append(ask(page, "leaf"))
            if any(found) or ask(page, "scrolls"):
                wrong[path] = found
        assert not wrong, told(wrong)


@pytest.mark.parametrize("lang", ["fr", "ar", "en", "fr-simple"])
@pytest.mark.parametrize(
    ("path", "what"), [(DOOR, ".pad .key"), ("/help/report", "main h1, main .key")]
)
def test_very_large_what_one_touches_again_and_again_needs_no_leafing(
    browser: Any, demo: Any, lang: str, path: str, what: str
) -> None:
    with shown(browser, demo, "kiosk", lang=lang, size="huge") as page:
        page.goto(demo.urls["kiosk"] + path)
        page.wait_for_selector(what.partition(",")[0])
        assert ask(page, "below", what) == []


def test_nothing_moves_for_who_wants_no_motion(browser: Any, demo: Any) -> None:
    with shown(browser, demo, "kiosk") as page:
        page.emulate_media(reduced_motion="reduce")
        for path in ("/", "/help/report", DOOR, "/rest"):
            page.goto(demo.urls["kiosk"] + path)
            assert ask(page, "moving") == []


@pytest.mark.parametrize(
    ("wish", "theme"),
    [
        ({"color_scheme": "dark"}, "dark"),
        ({"contrast": "more"}, "contrast"),
        ({"color_scheme": "light"}, "light"),
    ],
)
def test_a_home_computer_keeps_its_own_colours_until_others_are_chosen(
    browser: Any, demo: Any, wish: dict[str, str], theme: str
) -> None:
    context = browser.new_context(**wish)
    page = context.new_page()
    page.goto(demo.urls["home"])
    assert page.get_attribute("html", "data-theme") == theme
    page.goto(f"{demo.urls['home']}/?theme=light")
    assert page.get_attribute("html", "data-theme") == "light"
    page.goto(demo.urls["kiosk"])
    assert page.get_attribute("html", "data-theme") == "light"
    context.close()


def test_with_the_computers_few_colours_what_one_touches_keeps_an_edge(
    browser: Any, demo: Any
) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    for path in ("/", "/works/", "/settings/"):
        page.goto(demo.urls["home"] + path)
        assert ask(page, "edgeless") == []
    context.close()
