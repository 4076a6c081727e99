"""The screen at rest in a real browser: its cards turn, anyone wakes it, an emergency is heard."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk import config
from sync import clock
from sync.database import Database
from sync.documents.emergency import EMERGENCY
from sync.documents.key import fresh
from sync.documents.works import WORKS_KIND
from tests.browser.checks import VENDOR, faults
from tests.browser.conftest import ROOT, Stage, stand

pytestmark = pytest.mark.browser

INVITED: Final = "document.querySelector('.touch b:not([hidden])').lang"


@pytest.fixture(scope="module")
def stage(start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A kiosk at Les Figuiers, staircase B, where the water is cut tomorrow."""
    data = tmp_path_factory.mktemp("rest") / "data"
    config.prepare(data)
    stand(data)
    node = start_node(data, "--mode", "kiosk")
    node.run("import", "places", ROOT / "installer" / "demo" / "places.csv")
    yield Stage(node, {})
    node.process.terminate()
    node.process.wait(10)


@pytest.fixture(scope="module")
def database(stage: Stage) -> Database:
    name, _, password = (stage.node.data / "couch.secret").read_text().strip().partition(":")
    database = Database(f"http://127.0.0.1:{stage.node.couch_port}", name, password)
    now = clock.now()
    database.put("estate", WORKS_KIND.new(
        "water", at=clock.stamp(now), origin="n-1.2", audience="public", title="Eau",
        channel="landlord", lang="fr", what="water", to=["figuiers-b"],
        starts=clock.stamp(now), ends=clock.stamp(clock.later(clock.stamp(now), hours=9)),
    ))  # fmt: skip
    return database


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Any:
    """As a kiosk's own window is set: it may sound before anyone has touched it."""
    return launch("--autoplay-policy=no-user-gesture-required")


@pytest.fixture
def emergency(database: Database) -> Iterator[Callable[[str], str]]:
    """A function that has an emergency stand until the test ends."""
    said = []

    def write(title: str) -> str:
        at = clock.stamp(clock.now())
        document = EMERGENCY.new(fresh(), at=at, by="s1", origin="n-1.2", title=title, lang="fr")
        database.put("estate", document)
        said.append(document["_id"])
        return str(document["_id"])

    yield write
    for id in said:
        database.delete("estate", database.get("estate", id))


@pytest.fixture
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"viewport": {"width": 1080, "height": 1920}, "locale": "fr-FR", "has_touch": True}


@pytest.fixture
def resting(page: Any, stage: Stage, database: Database) -> Any:
    page.clock.install()
    page.goto(f"{stage.url}/rest")
    page.wait_for_selector(".card")
    return page


STAY: Final = 12_000
"""Milliseconds for which a card stands."""


def test_an_emergency_arrives_live_and_is_heard_once(
    resting: Any, emergency: Callable[[str], str]
) -> None:
    heard = resting.expect_request("**/rest/said", timeout=100_000)
    with (
        heard as said,
        resting.expect_request("**/listen/blocks") as asked,
        resting.expect_response(lambda answer: "/listen/" in answer.url and answer.ok),
    ):
        id = emergency("Sortez par la cour")
    resting.wait_for_selector(".alarm")
    texts = [block["text"] for block in json.loads(asked.value.post_data)]
    assert texts == ["Message d’urgence.", "Sortez par la cour"]
    assert id.partition(":")[2] in said.value.post_data
    resting.wait_for_selector("#aloud[data-ids='']", state="attached")


def test_the_cards_turn_through_the_languages_and_the_words_around_them_too(resting: Any) -> None:
    seen = []
    for lang in ("ar", "en", "fr"):
        resting.clock.run_for(STAY)
        resting.wait_for_selector(f".card[lang={lang}]:not([hidden])")
        seen.append(resting.evaluate(INVITED))
        assert resting.locator(".card:visible").count() == 1
    assert seen == ["ar", "en", "fr"]


def test_nothing_scrolls_and_axe_finds_no_fault_in_any_language(
    resting: Any, emergency: Callable[[str], str]
) -> None:
    emergency("Fuite de gaz, escalier B")
    resting.wait_for_selector(".alarm")
    for onward in ("ar", "en"):
        size = resting.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size == [1080, 1920]
        assert faults(resting) == []
        resting.clock.run_for(STAY)
        resting.wait_for_selector(f".card[lang={onward}]:not([hidden])")


def test_on_a_television_it_fits_too_by_day_and_by_night(page: Any, stage: Stage) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{stage.url}/rest")
    page.evaluate("document.documentElement.dataset.mode = 'tv'")
    for sky, theme in (("day", "light"), ("night", "dark")):
        page.evaluate(
            """([sky, theme]) => {
              document.documentElement.dataset.theme = theme;
              document.querySelector('#rest').dataset.sky = sky;
            }""",
            [sky, theme],
        )
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 1920
        sea = page.locator(".rest .sea").bounding_box()
        assert sea["y"] + sea["height"] <= 1080


def test_the_w3c_checker_finds_no_error_in_it(page: Any, stage: Stage, tmp_path: Path) -> None:
    for card in range(2):
        answer = page.request.get(f"{stage.url}/rest?card={card}")
        (tmp_path / f"{card}.html").write_text(answer.text())
    command = ["java", "-jar", str(VENDOR / "vnu.jar"), "--errors-only", str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_a_touch_anywhere_leads_home(resting: Any, stage: Stage) -> None:
    resting.touchscreen.tap(500, 300)
    resting.wait_for_url(f"{stage.url}/")
    resting.wait_for_selector("main a[href='/report/']")
    assert resting.get_attribute("html", "lang") == "fr"


@pytest.mark.parametrize("key", ["ArrowDown", "Enter", "a"])
def test_a_key_leads_home_to_the_first_thing_one_can_do(
    resting: Any, stage: Stage, key: str
) -> None:
    resting.keyboard.press(key)
    resting.wait_for_selector("main a[href='/report/']")
    resting.wait_for_selector("main a[href]:focus")


def test_a_scanned_card_is_taken_whole_though_its_first_key_finds_the_screen_at_rest(
    resting: Any,
) -> None:
    card = "RC1-" + "7" * 30
    with resting.expect_request(lambda request: request.method == "POST") as sent:
        for letter in card:
            resting.keyboard.press(letter)
        resting.keyboard.press("Enter")
    assert sent.value.url.endswith("/signin")
    assert card in sent.value.post_data
    resting.wait_for_selector("text=Cette carte n’est pas d’ici.")


def test_help_is_one_touch_away(resting: Any, stage: Stage) -> None:
    resting.click(".how")
    resting.wait_for_url(f"{stage.url}/help")


def test_a_home_page_that_nobody_touches_goes_to_rest(page: Any, stage: Stage) -> None:
    page.clock.install()
    page.goto(f"{stage.url}/")
    page.clock.run_for(55_000)
    page.mouse.click(5, 5)  # somebody is there: the time begins anew
    page.clock.run_for(55_000)
    assert page.evaluate("location.pathname") == "/"
    page.clock.run_for(10_000)
    page.wait_for_url(f"{stage.url}/rest")


def test_hours_at_rest_leave_nothing_behind_in_the_page(page: Any, stage: Stage) -> None:
    page.clock.install()
    page.goto(f"{stage.url}/rest")
    page.wait_for_selector(".card")
    measure = page.context.new_cdp_session(page)

    def held() -> dict[str, float]:
        measure.send("HeapProfiler.collectGarbage")
        counted = measure.send("Memory.getDOMCounters")
        return {name: counted[name] for name in ("nodes", "jsEventListeners")}

    page.clock.run_for(900_000)
    before = held()
    page.clock.run_for(3 * 3600_000)
    page.wait_for_load_state("networkidle")
    after = held()
    assert after["nodes"] <= before["nodes"] * 1.1
    assert after["jsEventListeners"] <= before["jsEventListeners"] + 2


def test_a_portal_that_restarts_leaves_the_screen_as_it_was_and_finds_it_again(
    resting: Any, stage: Stage, emergency: Callable[[str], str]
) -> None:
    stage.kill("portal")
    assert resting.locator(".card:visible").count() == 1
    resting.touchscreen.tap(500, 300)
    resting.wait_for_url(f"{stage.url}/", timeout=30_000)
    resting.wait_for_selector("main a[href='/report/']")
