"""Listening to a page: begins, shows where it is, and stops as soon as one acts."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser

LATE: Final = 20_000
PLAYING: Final = "() => document.querySelector('[data-listen]').hasAttribute('data-playing')"
SAID: Final = "() => [...(CSS.highlights.get('said') || [])].map(String).join()"
NOISE: Final = """() => {
  window.sounds = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { sounds.push(this); return play.call(this); };
}"""


def until(page: Any, condition: str) -> None:
    """Wait for a condition in the page. Playwright's own way needs eval, which our CSP forbids."""
    for _ in range(LATE // 50):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


@pytest.fixture
def home(page: Any, node: Any) -> Iterator[Any]:
    """The first page, listening under way; what sounds is in ``sounds``."""
    page.add_init_script(f"({NOISE})()")
    for _ in range(100):  # until the voice is there, and with it the key
        page.goto(node.url)
        if page.locator("[data-listen]").is_visible():
            break
        page.wait_for_timeout(100)
    page.click("[data-listen]")
    until(page, "() => !!CSS.highlights.get('said')")
    return page


def test_listening_begins_with_the_title_and_says_so(home: Any) -> None:
    assert home.evaluate(SAID).startswith("Bonjour")
    assert home.get_attribute("[data-listen]", "aria-pressed") == "true"
    assert home.inner_text("[data-listen] span") == "Arrêter"
    until(home, "() => sounds.length && sounds[0].currentTime > 0")


def test_what_follows_is_marked_in_its_turn(home: Any) -> None:
    first = home.evaluate(SAID)
    until(home, f"() => ({SAID})() && ({SAID})() !== {first!r}")


@pytest.mark.parametrize("act", ["again", "Escape", "Tab", "touch"])
def test_any_act_stops_it(home: Any, act: str) -> None:
    if act == "again":
        home.click("[data-listen]")
    elif act == "touch":
        home.mouse.click(400, 5)
    else:
        home.keyboard.press(act)  # the focus is on the listen key itself
    assert not home.evaluate(PLAYING)
    assert home.evaluate(SAID) == ""
    assert home.evaluate("sounds.every(sound => sound.paused)")
    assert home.get_attribute("[data-listen]", "aria-pressed") == "false"


def test_its_keys_leave_the_one_that_stops_it_free_however_late_their_sheet(
    page: Any, node: Any
) -> None:
    page.route("**/player*.css*", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.goto(node.url)
    page.click("[data-listen]")
    page.wait_for_selector("#player", timeout=LATE)
    bar, key = (page.locator(it).bounding_box() for it in ("#player", "[data-listen]"))
    assert bar["y"] + bar["height"] <= key["y"]


def test_it_begins_anew_after_it_was_stopped(home: Any) -> None:
    first = home.evaluate(SAID)
    home.click("[data-listen]")
    home.click("[data-listen]")
    until(home, f"() => ({SAID})() === {first!r}")
    until(home, "() => sounds.filter(sound => !sound.paused).length === 1")


def test_another_page_is_silent_until_one_asks(home: Any) -> None:
    home.click("main nav a[href='/emergency/']")
    home.wait_for_url("**/emergency/")
    assert not home.evaluate(PLAYING)
    assert home.evaluate("sounds.every(sound => sound.paused)")


def test_a_dead_voice_leaves_the_sentence_that_says_so(page: Any, node: Any) -> None:
    page.add_init_script(f"({NOISE})()")
    page.goto(f"{node.url}/emergency/")
    assert page.locator("[data-listen]").is_visible()
    page.route("**/listen/*", lambda route: _silent(route))
    with page.expect_response("**/listen/prompt/silent") as prompt:
        page.click("[data-listen]")
    assert prompt.value.status == 200
    until(page, "() => sounds.some(sound => sound.src.endsWith('/silent') && sound.currentTime)")


def _silent(route: Any) -> None:
    """The voice's answer when it is killed, for sentences; all else goes through."""
    if route.request.method == "GET":
        route.fulfill(status=503)
    else:
        route.continue_()


def test_a_killed_voice_is_heard_too(page: Any, node: Any) -> None:
    page.add_init_script(f"({NOISE})()")
    page.goto(f"{node.url}/emergency/")
    Stage(node, {}).kill("voice")
    page.click("[data-listen]")
    until(page, "() => sounds.some(sound => sound.currentTime > 0)")
