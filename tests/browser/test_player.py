"""Listening, word by word: the word that sounds is marked, and keys lead back and forth."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from tests.browser.checks import faults

pytestmark = pytest.mark.browser

LATE: Final = 20_000
NOISE: Final = """() => {
  window.sounds = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { sounds.push(this); return play.call(this); };
}"""
MARKED: Final = "name => [...(CSS.highlights.get(name) || [])].map(String).join()"
PLAYING: Final = "() => document.querySelector('[data-listen]').hasAttribute('data-playing')"


def until(page: Any, holds: Callable[[], object]) -> None:
    """Wait for something that becomes true. Playwright's own way needs eval, which our CSP bars."""
    for _ in range(LATE // 20):
        if holds():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it never became true")


def opened(page: Any, url: str, init: str = NOISE) -> Any:
    page.add_init_script(f"({init})()")
    for _ in range(100):  # until the voice is there, and with it the key
        page.goto(url)
        if page.locator("[data-listen]").is_visible():
            break
        page.wait_for_timeout(100)
    return page


@pytest.fixture
def numbers(page: Any, node: Any) -> Iterator[Any]:
    """The page of emergency numbers, being read, the keys over it shown."""
    opened(page, f"{node.url}/emergency/").click("[data-listen]")
    page.wait_for_selector("#player:not([hidden])")
    return page


def said(page: Any) -> str:
    return str(page.evaluate(MARKED, "said"))


def test_each_word_is_marked_while_its_sentence_is(numbers: Any) -> None:
    seen: list[tuple[str, str]] = []

    def note() -> bool:
        found = numbers.evaluate(f"['said', 'word'].map({MARKED})")
        if found[1] and (not seen or tuple(found) != seen[-1]):
            seen.append(tuple(found))
        return len({sentence for sentence, _ in seen}) > 2

    until(numbers, note)
    first = seen[0][0]
    places = [sentence.index(word) for sentence, word in seen if sentence == first]
    assert places == sorted(set(places))
    assert all(word in sentence for sentence, word in seen)
    assert any(len(word) < len(sentence) for sentence, word in seen)


def test_one_goes_forth_back_and_hears_it_again(numbers: Any) -> None:
    first = said(numbers)
    numbers.click("[data-act=next]")
    until(numbers, lambda: said(numbers) != first)
    second = said(numbers)
    numbers.click("[data-act=back]")
    assert said(numbers) == first
    numbers.click("[data-act=again]")
    assert said(numbers) == first
    numbers.click("[data-act=next]")
    assert said(numbers) == second
    until(numbers, lambda: numbers.evaluate("sounds.filter(sound => !sound.paused).length === 1"))


def test_the_keys_are_reached_without_stopping_and_go_with_the_reading(numbers: Any) -> None:
    numbers.keyboard.press("Shift+Tab")
    assert numbers.evaluate("document.activeElement.dataset.act") == "louder"
    assert numbers.evaluate(PLAYING)
    numbers.keyboard.press("Escape")
    assert not numbers.evaluate(PLAYING)
    assert numbers.locator("#player").is_hidden()
    assert numbers.evaluate("document.activeElement.matches('[data-listen]')")
    assert numbers.evaluate(MARKED, "word") == ""


def test_louder_and_softer_are_heard_at_once_and_kept(numbers: Any) -> None:
    loud = "Math.max(...sounds.map(sound => sound.volume))"
    usual = numbers.evaluate(loud)
    with numbers.expect_response("**/listen/volume"):
        numbers.click("[data-act=softer]")
    assert numbers.evaluate(loud) < usual
    numbers.reload()
    assert numbers.get_attribute("#page", "data-volume") == "3"
    numbers.click("[data-listen]")
    numbers.wait_for_selector("#player:not([hidden])")
    with numbers.expect_response("**/listen/volume"):
        numbers.click("[data-act=louder]")
    assert numbers.evaluate("sounds[0].volume") == usual


def test_a_browser_that_keeps_silent_says_what_to_do_and_then_speaks(page: Any, node: Any) -> None:
    opened(page, node.url)
    with page.expect_response("**/player"):  # to look at the page would count as an act
        page.goto(f"{node.url}/?say=on")
    page.wait_for_selector("#player-note:not([hidden])")
    assert "la voix commence" in page.inner_text("#player-note")
    page.keyboard.press("Shift")
    page.wait_for_selector("#player-note", state="hidden")
    until(page, lambda: page.evaluate("sounds.some(sound => sound.currentTime > 0)"))


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_axe_finds_no_fault_in_the_keys_and_the_question(page: Any, node: Any, theme: str) -> None:
    page.goto(f"{node.url}/?theme={theme}")
    opened(page, f"{node.url}/emergency/").click("[data-listen]")
    page.wait_for_selector("#player:not([hidden])")
    assert faults(page) == []
    page.evaluate("document.querySelector('#aloud').showModal()")
    assert faults(page) == []


def test_nothing_of_it_is_loaded_before_it_is_wanted(page: Any, node: Any) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.goto(node.url)
    page.wait_for_timeout(200)
    assert not {"focus.js", "voice.js", "player.css", "player"} & set(loaded)
