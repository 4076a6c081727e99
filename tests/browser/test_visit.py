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
LEFT: Final = "La porte ne ferme"
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


def test_the_warning_keeps_the_words_says_so_and_one_touch_prolongs(
    page: Any, stage: Stage
) -> None:
    enter(page, stage, "/report/where?what=lift")
    page.click("main a.window")
    page.click("main a[href^='/report/words']")
    page.wait_for_selector("textarea")
    page.fill("textarea", WORDS)
    with page.expect_response("**/listen/prompt/idle"):
        page.wait_for_selector("dialog#idle[open]")
    page.wait_for_selector("text=Votre brouillon est gardé pour vous.")
    page.click("[data-stay]")
    page.wait_for_selector("dialog#idle:not([open])", state="attached")
    assert page.evaluate("fetch('/visit/left').then(a => a.json())")["left"] > IDLE - 3
    assert page.input_value("textarea") == WORDS


def test_who_leaves_in_the_middle_of_a_sentence_finds_it_again(page: Any, stage: Stage) -> None:
    enter(page, stage, "/report/words?what=lift&place=figuiers-a")
    page.fill("textarea", LEFT)
    page.click("form[action='/leave'] button")
    page.wait_for_selector("a[href='/signin']")
    enter(page, stage, "/drafts/")
    page.wait_for_selector("form[action='/drafts/drop']")
    assert not faults(page)
    page.click("main a.key.act")
    page.wait_for_selector(f"text={LEFT}")
    page.goto(f"{stage.url}/drafts/")
    page.click("form[action='/drafts/drop'] button")
    page.wait_for_url(f"{stage.url}/")
    page.goto(f"{stage.url}/report/resume")
    page.wait_for_url(f"{stage.url}/report/")


def test_the_warning_is_whole_by_keys_alone_and_holds_the_focus(page: Any, stage: Stage) -> None:
    page.goto(f"{stage.url}/works/")
    page.focus("main a >> nth=0")
    page.wait_for_selector("dialog#idle[open][role=alertdialog]")
    assert is_focused(page, "[data-stay]")
    assert not faults(page)
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("[data-go]:focus")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('#page')")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog#idle:not([open])", state="attached")
    assert is_focused(page, "main a >> nth=0")


@pytest.mark.parametrize(
    "theme",
    [
        pytest.param("light", marks=pytest.mark.full),
        pytest.param("dark", marks=pytest.mark.full),
        "contrast",
    ],
)
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
    page.wait_for_url(f"{stage.url}/rest")
    page.wait_for_selector("#page .card")
