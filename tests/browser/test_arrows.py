"""A television's remote: arrows, OK and Back reach everything, in both directions of writing."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser.conftest import SIZES
from tests.browser.examples import AMINA
from tests.browser.opening import opened

MOST: Final = 8  # presses from the first page to any main task, OK counted
SAFE: Final = (96, 54, 1920 - 96, 1080 - 54)  # 5 % on every side may be cut off
PAGES: Final = (
    "/",
    "/news/",
    "/works/",
    "/report/",
    "/report/where?what=lift",
    "/report/same?what=door&place=figuiers-b-hall",
    "/report/door?what=bins&place=figuiers-poubelles",
    "/signin",
    "/signin?residence=-",
    "/signin/door?staircase=figuiers-b",
    "/signin/code?staircase=figuiers-b&door=31",
    "/signin/staff",
    "/emergency/",
    "/settings/",
    "/language/",
    "/help",
    "/help/people",
    "/townhall/",
    "/about/",
    "/listen?page=/works/",
    "/nothing-here",
)
HALLS: Final = (
    *("/halls/", "/halls/n-a", "/halls/n-b", "/halls/merged", "/line", "/join/"),
    *("/departures/", "/departures/?q=31", f"/departures/{AMINA}/moveout"),
)
DOOR: Final = "/signin/code?staircase=figuiers-b&door=31"
TASKS: Final = {
    "a report's first page": ["a[href='/report/']"],
    "today's works": ["main a[href^='/works/']"],
    "emergency numbers": ["a[href='/emergency/']"],
    "a language": ["a[href^='/language/']", "main a[lang=ar]"],
    "the door": ["a[href='/signin']"],
    "listening": ["[data-listen]"],
}

pytestmark = pytest.mark.browser

SCRIPT: Final = (Path(__file__).parent / "arrows.js").read_text()


def ask(page: Any, question: str, *arguments: Any) -> Any:
    """What one of the functions of arrows.js answers about the page."""
    return page.evaluate(f"(given) => {{ {SCRIPT}; return {question}(...given); }}", [*arguments])


@contextmanager
def shown(browser: Any, demo: Any, lang: str, size: str = "normal") -> Iterator[Any]:
    """The television's first page, in French or in Arabic."""
    width, height = SIZES["tv"]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{demo.urls['tv']}/?lang={lang}&size={size}")
    yield page
    context.close()


@pytest.fixture(params=["fr", "ar"])
def screen(browser: Any, demo: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A television in each direction of writing."""
    with shown(browser, demo, request.param) as page:
        yield page


def open_page(page: Any, url: str) -> Any:
    """A page with the arrows loaded, the focus where it was set."""
    page.goto(url)
    page.evaluate("""async () => {
      const first = document.activeElement;
      first.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowUp', bubbles: true}));
      await import('/static/js/arrows.js');
      await new Promise((done) => setTimeout(done, 20));
      scrollTo(0, 0);
      first.focus();
    }""")
    return page


def press(page: Any, keys: list[str]) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_every_main_task_is_a_few_presses_away(screen: Any, demo: Any) -> None:
    needed = {}
    for task, goals in TASKS.items():
        open_page(screen, demo.urls["tv"])
        presses = 0
        for goal in goals:
            path = ask(screen, "path", goal)
            press(screen, path)
            assert screen.evaluate("goal => document.activeElement.matches(goal)", goal)
            presses += len(path) + 1
            if goal != goals[-1]:
                ok(screen)
        needed[task] = presses
    assert max(needed.values()) <= MOST, needed


def test_an_answer_is_read_in_a_few_presses(screen: Any, demo: Any) -> None:
    url = demo.urls["tv"]
    screen.goto(url + DOOR)
    screen.fill("#code", demo.codes["Amina"])
    screen.press("#code", "Enter")
    screen.wait_for_selector("form[action='/leave']", state="attached")
    open_page(screen, url)
    presses = 0
    for goal in ("a[href='/reports/']", "main .notices a"):
        path = ask(screen, "path", goal)
        press(screen, path)
        ok(screen)
        presses += len(path) + 1
    assert screen.locator("main .path").count() == 1
    assert presses <= MOST


def test_on_every_page_arrows_reach_all_lead_back_and_stand_where_one_sees(
    screen: Any, demo: Any
) -> None:
    url = demo.urls["tv"]
    open_page(screen, url)
    assert_walked(screen, (*PAGES, *items(screen, url)))


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_in_any_hall_arrows_reach_what_there_is_to_know_of_all(
    browser: Any, demo: Any, lang: str
) -> None:
    with opened(browser, demo, "tv", lang, "Thierry") as page:
        open_page(page, demo.urls["tv"])
        assert_walked(page, HALLS)


def assert_walked(page: Any, paths: Sequence[str]) -> None:
    """Arrows reach all of each page, lead back, and stand where one sees."""
    wrong = {}
    for path in paths:
        lead(page, path)
        found = {"stands": ask(page, "stands"), **ask(page, "walk")}
        found["cut"] = ask(page, "outside", SAFE)
        if any(found.values()):
            wrong[path] = found
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


def items(page: Any, url: str) -> list[str]:
    """The first item of the lists: pages whose addresses the estate decides."""
    found = []
    for path in ("/news/", "/works/"):
        answer = page.request.get(url + path).text()
        found.append(re.findall(rf'href="({path}[0-9a-z]{{8,}})', answer)[0])
    return found


def ok(page: Any) -> None:
    """Press OK on a link; htmx brings the page."""
    page.evaluate("""() => {
      window.settled = new Promise((done) => {
        const late = () => setTimeout(done);
        document.body.addEventListener('htmx:afterSettle', late, { once: true });
      });
    }""")
    page.keyboard.press("Enter")
    page.evaluate("settled")


def lead(page: Any, path: str) -> None:
    """Follow a link of the page to ``path``."""
    page.evaluate("""path => {
      const link = document.querySelector('#page a');
      link.href = path;
      htmx.process(link);
      link.focus();
    }""", path)  # fmt: skip
    ok(page)


def test_back_leads_where_the_pages_own_key_leads(screen: Any, demo: Any) -> None:
    url = demo.urls["tv"]
    for key in ("Escape", "Backspace", "BrowserBack", "GoBack", "XF86Back"):
        screen.goto(f"{url}/works/")
        ask(screen, "press", key)
        screen.wait_for_selector(".hearth")
    screen.goto(f"{url}/signin/door?staircase=figuiers-b")
    screen.focus("#door")
    press(screen, ["1", "2", "Backspace"])
    assert screen.input_value("#door") == "1"


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_words_longer_than_the_screen_are_read_before_they_are_left(
    browser: Any, demo: Any, lang: str
) -> None:
    with shown(browser, demo, lang, "huge") as page:
        page.goto(demo.urls["tv"] + items(page, demo.urls["tv"])[0])
        seen = set(ask(page, "visible"))
        for _ in range(30):
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(30)
            seen |= set(ask(page, "visible"))
            if page.evaluate("!!document.activeElement.closest('.sea')"):
                break
        assert page.evaluate("!!document.activeElement.closest('.sea')")
        assert seen >= set(range(page.locator("article p").count()))
