"""Single criteria of RGAA 4.1.2 that no look at a page alone can prove; docs/rgaa.csv has them."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.browser.checks import built, faults
from tests.browser.opening import DOOR, opened, reader

PAGES: Final = ("/", "/works/", "/report/", "/signin?residence=-", "/settings/", "/about/legal")
EDGES: Final = (
    ("edge", "ground"),
    ("edge", "raised"),
    ("act", "ground"),
    ("act", "raised"),
    ("urgent", "ground"),
    ("sea-edge", "sea"),
    ("voice", "sea"),
    ("focus-out", "ground"),
    ("focus-out", "raised"),
)
"""What tells a key, a window or the focus from what it stands on, by names of tokens.css."""

pytestmark = pytest.mark.browser


@pytest.fixture
def home(browser: Any, demo: Any) -> Iterator[Any]:
    """A passer-by's page at home, in French."""
    with opened(browser, demo, "home", "fr", "anyone") as page:
        yield page


def light(colour: str) -> float:
    """Relative luminance of "#rrggbb" or "#rgb" (WCAG 2.2)."""
    sign = colour.strip().removeprefix("#")
    pairs = [sign[n : n + 2] for n in (0, 2, 4)] if len(sign) == 6 else [2 * s for s in sign]
    parts = [int(pair, 16) / 255 for pair in pairs]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_edges_and_rings_stand_out_in_every_theme(home: Any, theme: str) -> None:
    home.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    token = "name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`)"
    pale = {
        f"{edge} on {ground}": ratio
        for edge, ground in EDGES
        if (ratio := contrast(home.evaluate(token, edge), home.evaluate(token, ground))) < 3
    }
    assert pale == {}


def test_the_first_key_leads_past_the_frame(home: Any, demo: Any) -> None:
    for path in PAGES:
        home.goto(demo.urls["home"] + path)
        home.evaluate("document.body.tabIndex = -1; document.body.focus()")  # before all else
        home.keyboard.press("Tab")
        skip = home.locator(".skip")
        assert skip.evaluate("link => link === document.activeElement"), path
        assert skip.bounding_box()["y"] >= 0
        home.keyboard.press("Enter")
        home.keyboard.press("Tab")
        assert home.evaluate("!!document.activeElement.closest('main')"), path


def said(page: Any) -> str:
    """All the words of a page as they stand, but the hour, which goes on."""
    page.evaluate("document.querySelector('[data-clock]').textContent = ''")
    return str(page.inner_text("body"))


def test_without_style_sheets_all_is_said_in_the_same_order(home: Any, demo: Any) -> None:
    shown = {}
    for path in PAGES:
        home.goto(demo.urls["home"] + path)
        shown[path] = said(home).split()
    home.route("**/*.css*", lambda route: route.abort())
    for path, words in shown.items():
        home.goto(demo.urls["home"] + path)
        bare = "".join(said(home).split())
        for word in words:
            before, found, bare = bare.partition(word)
            assert found, f"{path}: {word} is not said after {before}"


def test_nothing_moves_for_who_asks_for_stillness(home: Any, demo: Any) -> None:
    home.goto(demo.urls["home"])
    home.evaluate("document.querySelector('#cut').showModal()")
    moving = """() => [...document.querySelectorAll('*')].flatMap((e) =>
      ['', '::before', '::after'].map((part) => [e, getComputedStyle(e, part)]))
      .filter(([, s]) => s.animationName !== 'none' || !/^(0s(, )?)+$/.test(s.transitionDuration)
        || s.scrollBehavior === 'smooth')
      .map(([e]) => e.outerHTML.slice(0, 90))"""
    assert home.evaluate(moving) == []
    home.emulate_media(reduced_motion="no-preference")
    assert home.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "smooth"


def test_colours_of_ones_own_leave_words_keys_and_rings(home: Any, demo: Any) -> None:
    home.emulate_media(forced_colors="active")
    home.goto(demo.urls["home"])
    lost = """() => {
      const ground = (e) => {
        const colour = getComputedStyle(e).backgroundColor;
        return e.parentElement && /, 0\\)$/.test(colour) ? ground(e.parentElement) : colour;
      };
      const drawn = (e) => getComputedStyle(e)[e.matches('svg') ? 'stroke' : 'color'];
      return [...document.querySelectorAll('main b, main small, .key, .key svg, main .pane svg')]
        .filter((e) => e.checkVisibility() && drawn(e) === ground(e))
        .map((e) => e.outerHTML.slice(0, 90));
    }"""
    assert home.evaluate(lost) == []
    home.keyboard.press("Tab")
    ring = home.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"


def test_what_changes_by_itself_is_announced(browser: Any, demo: Any) -> None:
    with opened(browser, demo, "home", "fr", "Amina") as page:
        page.goto(f"{demo.urls['home']}/reports/")
        own = page.locator("main a.notice >> nth=0").get_attribute("href")
        page.goto(demo.urls["home"] + own.replace("/reports/", "/report/sent/"))
        assert page.locator("#alarms").get_attribute("role") == "alert"
        for part in ("#truth", "#since"):
            assert page.locator(f"[aria-live=polite] {part}, {part}[aria-live=polite]").count()


def wrong_door(page: Any, url: str) -> None:
    page.goto(f"{url}/signin/door?staircase=figuiers-b")
    page.evaluate("document.querySelector('#door').removeAttribute('maxlength')")
    page.fill("#door", "99999")
    page.press("#door", "Enter")


def wrong_code(page: Any, url: str) -> None:
    page.goto(url + DOOR)
    page.fill("#code", "ABCDEFGHJKM")
    page.press("#code", "Enter")


def wrong_words(page: Any, url: str) -> None:
    page.goto(f"{url}/report/words?what=light&place=flat")
    page.evaluate("document.querySelector('#words').removeAttribute('maxlength')")
    page.fill("#words", "a" * 1001)
    page.click("form.telling .act")


def wrong_notice(page: Any, url: str) -> None:
    page.goto(f"{url}/desk/publish/notice")
    page.click("form.reply > .act")


@pytest.mark.parametrize(
    ("who", "send"),
    [
        ("anyone", wrong_door),
        ("anyone", wrong_code),
        ("Amina", wrong_words),
        ("Claire", wrong_notice),
    ],
)
def test_a_fault_in_a_form_is_said_beside_its_field(
    browser: Any, demo: Any, who: Any, send: Any
) -> None:
    with opened(browser, demo, "home", "fr", who) as page:
        send(page, demo.urls["home"])
        page.wait_for_selector("main .wrong")
        field = page.locator("main [aria-invalid=true]").first
        said = page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}")
        assert said.get_attribute("role") == "alert"
        assert len(said.inner_text().split()) > 2
        assert page.evaluate("!!document.activeElement.closest('main .wrong, main form')")
        assert faults(page) == []
        assert built(page, "fr") == []


def test_no_page_sends_anyone_elsewhere_by_itself(home: Any, demo: Any) -> None:
    fetch = reader(home, demo.urls["home"])
    for path in PAGES:
        home.goto(demo.urls["home"] + path)
        home.wait_for_timeout(300)
        assert home.url == demo.urls["home"] + path
        assert len(home.context.pages) == 1
        assert "http-equiv" not in fetch(path)
