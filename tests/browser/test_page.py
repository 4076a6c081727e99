"""What a page does in the browser: focus, language, outages, news that arrive by themselves."""

from typing import Any, Final

import pytest

from sync import clock
from sync.database import Database
from sync.documents.emergency import EMERGENCY
from sync.documents.notice import NOTICE
from tests.browser.conftest import ROOT, Stage, issue

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
"""
WORDS: Final = "Le bouton <b>reste</b> bloqué.\nDepuis hier."

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage(node: Any, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A small node: the demonstration's places, and Lucien."""
    residents = tmp_path_factory.mktemp("rows") / "residents.csv"
    residents.write_text(RESIDENTS)
    node.run("import", "places", ROOT / "installer" / "demo" / "places.csv")
    node.run("import", "residents", residents)
    return Stage(node, {"Lucien": issue(node.data, "figuiers-a-12", "Lucien Martin")})


@pytest.fixture(scope="module")
def database(stage: Stage) -> Database:
    """The node's own database, as another program of the estate writes into it."""
    secret = (stage.node.data / "couch.secret").read_text().strip()
    name, _, password = secret.partition(":")
    return Database(f"http://127.0.0.1:{stage.node.couch_port}", name, password)


@pytest.fixture
def writing(page: Any, stage: Stage) -> Any:
    """Lucien's screen, a few words typed and not sent yet."""
    page.goto(f"{stage.url}/signin/code?staircase=figuiers-a&door=12")
    page.fill("#code", stage.codes["Lucien"])
    page.press("#code", "Enter")
    page.wait_for_url(f"{stage.url}/")
    page.goto(f"{stage.url}/report/where?what=lift")
    page.click("main a.window")
    page.click("main a[href^='/report/words']")
    page.fill("textarea", WORDS)
    return page


EARLY: Final = """() => document.body.addEventListener("htmx:afterSwap", () => setTimeout(() => {
  document.body.dataset.early = document.activeElement.tagName;
}))"""
"""Notes where a key would go that is pressed as soon as the new page is there."""


def test_the_focus_goes_to_the_title_of_the_page_a_link_opens(page: Any, stage: Stage) -> None:
    page.goto(stage.url)
    page.evaluate(EARLY)
    page.click("main nav a[href='/emergency/']")
    page.wait_for_url("**/emergency/")
    page.wait_for_selector("body[data-early]")
    assert page.locator("main h1").evaluate("title => title === document.activeElement")
    assert page.evaluate("document.body.dataset.early") == "H1"
    assert page.evaluate("scrollY") == 0


def test_a_language_turns_the_whole_page_and_comes_back(page: Any, stage: Stage) -> None:
    page.goto(f"{stage.url}/emergency/")
    page.click(".tongues a[lang=ar]")
    page.wait_for_selector("html[dir=rtl][lang=ar]")
    assert page.url == f"{stage.url}/emergency/"
    back, title = (page.locator(name).bounding_box() for name in ("a.plaque", "header.top .door"))
    assert back["x"] > title["x"]
    page.click(".tongues a[lang=fr]")
    page.wait_for_selector("html[dir=ltr][lang=fr]")


def test_letters_grow_without_losing_what_is_typed(writing: Any) -> None:
    writing.click("a[data-look=size]")
    writing.wait_for_selector("html[data-size=large]")
    assert writing.input_value("textarea") == WORDS
    writing.wait_for_selector("a[data-look=size][href*='size=huge']")


def test_the_clock_is_the_estates(browser: Any, stage: Stage) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.clock.install()
    page.goto(stage.url)
    before = page.inner_text("[data-clock]")
    page.clock.run_for(6000)
    hour = page.inner_text("[data-clock]").split(":")[0]
    context.close()
    assert hour in (before.split(":")[0], str(clock.now().astimezone(clock.ESTATE).hour))


def test_a_killed_portal_comes_back_with_the_form_and_its_id(writing: Any, stage: Stage) -> None:
    key = writing.get_attribute("main input[name=key]", "value")
    stage.kill("portal")
    writing.click("main form.telling button.act")
    writing.wait_for_selector("dialog#cut[open]")
    writing.wait_for_selector("section.slip")  # by itself: nobody presses anything
    assert not writing.locator("dialog#cut").is_visible()
    assert writing.get_attribute("main input[name=key]", "value") == key
    assert writing.inner_text("dd.told") == WORDS


def test_a_link_that_loads_a_whole_page_waits_for_the_portal_too(page: Any, stage: Stage) -> None:
    page.goto(stage.url)
    stage.kill("portal")
    page.click(".tongues a[lang=ar]")
    page.wait_for_selector("dialog#cut[open]")
    page.wait_for_selector("html[lang=ar]")


def test_a_killed_database_gives_a_page_that_goes_on_by_itself(writing: Any, stage: Stage) -> None:
    writing.click("main form.telling button.act")
    writing.wait_for_selector("section.slip")
    stage.kill("couch")
    writing.click("main form.telling button.act")
    writing.wait_for_url("**/report/sent/*")
    assert "Lucien" not in writing.inner_text("main h1")


def test_what_is_announced_arrives_and_the_focus_stays(
    page: Any, stage: Stage, database: Database
) -> None:
    page.goto(stage.url)
    page.focus("a.first")
    said = {"at": clock.stamp(clock.now()), "origin": "n-1.2", "lang": "fr"}
    news = NOTICE.new("live", **said, audience="public", channel="landlord", title="Le marché")
    rev = database.put("estate", news)
    page.wait_for_selector("#today a[href='/news/live']")
    assert page.locator("a.first").evaluate("link => link === document.activeElement")
    page.focus("#today a[href='/news/live']")
    fire = EMERGENCY.new("fire", **said, by="s1", title="Sortez par la cour")
    alarm = database.put("estate", fire)
    page.wait_for_selector("#alarms:has-text('Sortez par la cour')")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/news/live"
    database.delete("estate", {**fire, "_rev": alarm})
    database.delete("estate", {**news, "_rev": rev})
    page.wait_for_selector("#alarms:not(:has-text('Sortez'))", state="attached")


def test_arrows_lead_to_what_lies_that_way_in_both_directions_of_writing(
    page: Any, stage: Stage
) -> None:
    for code, toward in (("fr", "ArrowRight"), ("ar", "ArrowLeft")):
        page.goto(f"{stage.url}/?lang={code}")
        page.focus("main nav.windows a >> nth=0")
        page.keyboard.press(toward)
        second = page.locator("main nav.windows a >> nth=1").element_handle()
        page.wait_for_function("link => link === document.activeElement", arg=second)
