"""The keyboard of a kiosk: what fingers, arrows and a scanner do with it, in a real browser."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser.conftest import ROOT, SIZES, issue
from tests.browser.test_accessibility import faults

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
"""
TELLING: Final = "/report/words?what=light&place=flat"
STATIC: Final = ROOT / "static"
LARGEST: Final = 15_000  # bytes of script, compressed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hall(start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A kiosk in an estate of places and Lucien."""
    folder = tmp_path_factory.mktemp("hall")
    node = start_node(folder / "data", "--mode", "kiosk")
    residents = folder / "residents.csv"
    residents.write_text(RESIDENTS)
    node.run("import", "places", ROOT / "installer" / "demo" / "places.csv")
    node.run("import", "residents", residents)
    yield node
    node.process.terminate()
    node.process.wait(10)


@pytest.fixture(scope="module")
def known(browser: Any, hall: Any) -> Any:
    """What the browser holds once Lucien has signed in."""
    code = issue(hall.data, "figuiers-a-12", "Lucien Martin")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{hall.url}/signin/code?staircase=figuiers-a&door=12")
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector("form[action='/leave']")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def screen(browser: Any, hall: Any, known: Any) -> Iterator[Any]:
    """Lucien's touch screen, on the page where words are written, in French."""
    width, height = SIZES["kiosk"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=True, storage_state=known
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda told: said.append(told.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{hall.url}/?lang=fr&size=normal&theme=light")
    page.goto(hall.url + TELLING)
    yield page
    context.close()
    assert said == []


def key(name: str) -> str:
    """The selector of a key of the board, by what it types."""
    return f'#board [data-skbtn="{ {" ": "{space}"}.get(name, name) }"]'


def tap(page: Any, *names: str) -> None:
    """Touch one key after the other, slower than a trembling finger."""
    for name in names:
        page.tap(key(name))
        page.wait_for_timeout(70)


def write(page: Any) -> Any:
    """Touch the field; the board is there."""
    page.tap("#words")
    page.wait_for_selector("#board button")
    return page


def test_a_french_sentence_with_accents_is_typed_and_posted(screen: Any) -> None:
    write(screen)
    tap(screen, "{shift}", "É", *"coutez, ça goutte à l’évier", "{erase}", *"er.")
    tap(screen, "{123}", "2", "{abc}", *" où")
    typed = "Écoutez, ça goutte à l’évieer.2 où"
    assert screen.input_value("#words") == typed
    screen.tap("form.telling .act")
    screen.wait_for_selector("dd.told")
    assert screen.inner_text("dd.told") == typed
    assert screen.locator("#board").is_hidden()


def test_one_key_leads_to_arabic_letters_and_back(screen: Any) -> None:
    write(screen)
    tap(screen, "{tongue}", *"لا ماء")
    assert screen.input_value("#words") == "لا ماء"
    assert screen.locator("#words").evaluate("f => getComputedStyle(f).direction") == "rtl"
    tap(screen, "{123}", "3", "{abc}", "ظ", "{tongue}", "a")
    assert screen.input_value("#words") == "لا ماء3ظa"


def test_arabic_pages_begin_with_arabic_letters_and_english_ones_have_theirs(
    screen: Any, hall: Any
) -> None:
    screen.goto(f"{hall.url}/?lang=ar")
    screen.goto(hall.url + TELLING)
    assert write(screen).locator(key("ض")).is_visible()
    screen.evaluate("document.documentElement.lang = 'en'")
    tap(screen, "{tongue}")
    assert screen.locator(".hg-row >> nth=0").inner_text().split() == list("qwertyuiop")


@pytest.mark.parametrize("size", ["normal", "huge"])
@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_board_takes_the_place_of_the_sea_and_never_covers_the_field(
    screen: Any, hall: Any, lang: str, size: str
) -> None:
    screen.goto(f"{hall.url}/?lang={lang}&size={size}")
    screen.goto(hall.url + TELLING)
    write(screen)
    field, board = (screen.locator(name).bounding_box() for name in ("#words", "#board"))
    assert field["y"] >= 0
    assert field["y"] + field["height"] < board["y"]
    assert round(board["y"] + board["height"]) == SIZES["kiosk"][1]
    assert not screen.locator(".sea").is_visible()
    boxes = [each.bounding_box() for each in screen.locator("#board button").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 88
    shown = screen.evaluate("[...document.querySelectorAll('.hg-button')].filter(wide)".replace(
        "wide", "b => b.firstChild.scrollWidth > b.clientWidth"))  # fmt: skip
    assert shown == []


def test_a_held_key_and_a_trembling_finger_type_once(screen: Any) -> None:
    write(screen)
    box = screen.locator(key("a")).bounding_box()
    screen.mouse.move(box["x"] + 40, box["y"] + 40)
    screen.mouse.down()
    screen.wait_for_timeout(900)
    screen.mouse.up()
    assert screen.input_value("#words") == "a"
    screen.evaluate("""selector => { for (let n = 0; n < 2; n += 1)
      document.querySelector(selector).dispatchEvent(new PointerEvent('pointerdown'));
    }""", key("b"))  # fmt: skip
    assert screen.input_value("#words") == "ab"
    screen.wait_for_timeout(70)
    tap(screen, "b")
    assert screen.input_value("#words") == "abb"


def test_ok_puts_the_board_away_keeps_the_focus_and_presses_nothing_else(screen: Any) -> None:
    write(screen)
    tap(screen, "o", "{ok}")
    screen.wait_for_selector("#board", state="hidden")
    screen.wait_for_timeout(500)
    assert screen.url.endswith(TELLING)
    assert screen.evaluate("document.activeElement.id") == "words"
    assert write(screen).input_value("#words") == "o"
    screen.focus("main h1") if screen.locator("main h1[tabindex]").count() else screen.focus("main")
    screen.wait_for_selector("#board", state="hidden")


def test_a_second_field_comes_after_ok_and_numbers_have_a_pad(screen: Any) -> None:
    screen.evaluate("""() => document.querySelector('#words').insertAdjacentHTML('afterend',
      '<label>Porte <input id="door" inputmode="numeric" maxlength="3"></label>')""")
    write(screen)
    tap(screen, "a", "{ok}")
    screen.wait_for_selector(".hg-layout-pad")
    tap(screen, *"1203")
    assert screen.input_value("#door") == "120"
    assert screen.evaluate("document.activeElement.id") == "door"
    tap(screen, "{erase}", "{ok}")
    assert screen.input_value("#door") == "12"
    screen.wait_for_selector("#board", state="hidden")


def test_arrows_reach_every_key_and_ok_presses_it(screen: Any) -> None:
    screen.keyboard.press("ArrowDown")
    screen.wait_for_selector("main a:focus, main input:focus")
    write(screen)
    screen.keyboard.press("ArrowDown")
    assert screen.evaluate(REACH) == []
    screen.focus(key("z"))
    screen.keyboard.press("Enter")
    screen.keyboard.press("ArrowUp")
    assert screen.evaluate("document.activeElement.id") == "words"
    screen.keyboard.press("ArrowDown")
    screen.keyboard.type("ut")  # the keys of a real keyboard
    assert screen.input_value("#words") == "zut"
    assert screen.locator("#board").is_visible()
    screen.keyboard.press("Escape")
    screen.wait_for_selector("#board", state="hidden")


REACH: Final = """() => {
  const all = [...document.querySelectorAll('#board button')];
  const seen = new Set(), queue = [document.activeElement];
  while (queue.length) {
    const e = queue.pop();
    if (seen.has(e) || !all.includes(e)) continue;
    seen.add(e);
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
      e.focus();
      e.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
      queue.push(document.activeElement);
    }
  }
  return all.filter((e) => !seen.has(e)).map((e) => e.innerText);
}"""


@pytest.mark.parametrize(
    "theme", ["light", pytest.param("dark", marks=pytest.mark.full), "contrast"]
)
def test_axe_finds_no_fault_while_the_board_is_open(screen: Any, hall: Any, theme: str) -> None:
    for lang in ("fr", "ar"):
        screen.goto(f"{hall.url}/?lang={lang}&theme={theme}")
        screen.goto(hall.url + TELLING)
        assert faults(write(screen)) == []
        tap(screen, "{123}")
        assert faults(screen) == []


def test_a_code_has_its_own_pad_and_no_field_loads_nothing(browser: Any, hall: Any) -> None:
    page = browser.new_context(has_touch=True).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/signin", "/signin/door?staircase=figuiers-a"):
        page.goto(hall.url + path)
    page.tap(".pad [data-sign='1']")
    page.tap("#door")
    assert page.locator("#board").is_hidden()
    assert not [url for url in asked if "keyboard" in url or "keys." in url]
    page.context.close()


def test_the_keyboard_is_small_enough_for_a_slow_machine() -> None:
    scripts: tuple[Path, ...] = (STATIC / "js/keys.js", STATIC / "vendor/simple-keyboard.js")
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in scripts}
    assert sum(sizes.values()) <= LARGEST, json.dumps(sizes)
