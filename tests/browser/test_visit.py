"""A visit in which nobody acts any more, as one sees it: the warning, one touch, the end."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from kiosk import config
from tests.browser.conftest import ROOT, Stage, issue, stand
from tests.browser.test_accessibility import faults

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
"""
WORDS: Final = "Le bouton reste bloqué."
IDLE: Final = 28
"""Seconds without an act on this kiosk: the warning comes after five."""

pytestmark = pytest.mark.browser


@pytest.fixture
def context_options() -> dict[str, Any]:
    return {"viewport": {"width": 1080, "height": 1920}, "locale": "fr-FR"}


@pytest.fixture(scope="module")
def stage(start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A kiosk that forgets soon, the demonstration's places, and Lucien."""
    data = tmp_path_factory.mktemp("kiosk") / "data"
    config.prepare(data)
    stand(data)
    told = json.loads((data / "node.json").read_text())
    (data / "node.json").write_text(json.dumps({**told, "idle": IDLE}))
    residents = data.with_name("residents.csv")
    residents.write_text(RESIDENTS)
    node = start_node(data, "--mode", "kiosk")
    node.run("import", "places", ROOT / "installer" / "demo" / "places.csv")
    node.run("import", "residents", residents)
    yield Stage(node, {"Lucien": issue(data, "figuiers-a-12", "Lucien Martin")})
    node.process.terminate()
    node.process.wait(10)


def enter(page: Any, stage: Stage, onward: str = "/") -> None:
    page.goto(f"{stage.url}/signin/code?staircase=figuiers-a&door=12")
    page.fill("#code", stage.codes["Lucien"])
    page.press("#code", "Enter")
    page.wait_for_selector("form[action='/leave']")
    page.goto(stage.url + onward)


def is_focused(page: Any, selector: str) -> bool:
    return bool(page.locator(selector).evaluate("key => key === document.activeElement"))


def test_one_touch_prolongs_and_the_end_leaves_nothing_but_the_owners_draft(
    page: Any, stage: Stage
) -> None:
    enter(page, stage, "/report/where?what=lift")
    page.click("main a.window")
    page.click("main a[href^='/report/words']")
    page.wait_for_selector("textarea")
    page.fill("textarea", WORDS)
    with page.expect_response("**/listen/prompt/idle"):
        page.wait_for_selector("dialog#idle[open]")
    assert "Votre brouillon est gardé pour vous." in page.inner_text("dialog#idle")
    page.click("[data-stay]")
    page.wait_for_selector("dialog#idle:not([open])", state="attached")
    assert page.evaluate("fetch('/visit/left').then(a => a.json())")["left"] > IDLE - 3
    assert page.input_value("textarea") == WORDS

    page.wait_for_url(f"{stage.url}/", timeout=2 * IDLE * 1000)
    page.wait_for_selector("a[href='/signin']")
    kept = page.evaluate("Object.values({ ...localStorage, ...sessionStorage })")
    assert set(kept) <= {"/"}  # htmx notes where one is
    page.go_back()
    page.wait_for_selector("#page a[href='/signin']")
    assert "Lucien" not in page.inner_text("body")
    assert WORDS not in page.locator("body").evaluate("body => body.innerHTML + body.textContent")

    enter(page, stage, "/report/resume")
    assert WORDS in page.inner_text("main")


def test_the_warning_is_whole_by_keys_alone_and_holds_the_focus(page: Any, stage: Stage) -> None:
    page.goto(f"{stage.url}/works/")
    page.focus("main a >> nth=0")
    page.wait_for_selector("dialog#idle[open][role=alertdialog]")
    assert is_focused(page, "[data-stay]")
    assert not faults(page)
    page.keyboard.press("ArrowDown")
    assert is_focused(page, "[data-go]")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('#page')")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog#idle:not([open])", state="attached")
    assert is_focused(page, "main a >> nth=0")


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_who_says_no_leaves_the_screen_in_french(page: Any, stage: Stage, theme: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{stage.url}/works/?lang=ar&size=huge&theme={theme}")
    page.wait_for_selector("dialog#idle[open]")
    assert page.evaluate("getComputedStyle(document.querySelector('.sun')).animationName") == "none"
    assert page.evaluate("document.querySelector('#idle').scrollHeight <= innerHeight")
    assert not faults(page)
    page.click("[data-go]")
    page.wait_for_url(f"{stage.url}/")
    page.wait_for_selector("html[lang=fr][data-size=normal][data-theme=light]")


def test_a_page_that_reaches_nobody_wipes_itself(page: Any, stage: Stage) -> None:
    enter(page, stage, "/settings/")
    page.clock.install()
    page.goto(f"{stage.url}/reports/")
    page.context.set_offline(True)
    for _ in range(IDLE):
        page.clock.run_for(1000)
    page.wait_for_selector("dialog#idle[open] h2:has-text('Votre visite est finie')")
    assert page.inner_html("#page").strip() == ""
    assert page.url == f"{stage.url}/"
    page.context.set_offline(False)
    for _ in range(3):
        page.clock.run_for(2000)
    page.wait_for_selector("#page a[href='/signin']")
