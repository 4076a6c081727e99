"""Nothing that a page asks for, or a person presses, leads out of a locked window."""

import base64
import subprocess
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.window.conftest import HEART, SIZE, Screen, Site, members, opened, serving, until

WORD: Final = "tresorsecret"
SILENCE: Final = b"RIFF\x2c\x03\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data"
SOUND: Final = base64.b64encode(SILENCE + b"\x20\x03\0\0" + b"\x80" * 800).decode()
TRIES: Final = """
const told = (name, value) => fetch(`/said?${new URLSearchParams({ [name]: value })}`);
const tell = (name, promise) =>
  promise.then((value) => told(name, value), (error) => told(name, error.name));
const pressed = [];
addEventListener("keydown", (event) => told("keys", (pressed.push(event.key), pressed.join(" "))));
addEventListener("contextmenu", () => told("menu", "asked"));
addEventListener("pagehide", () => navigator.sendBeacon?.("/said?left=page"));
addEventListener("load", () => {
  document.querySelector("[type=file]").addEventListener("cancel", () => told("file", "none"));
  const refused = (error) => told("place", error.code);
  navigator.geolocation.getCurrentPosition(() => told("place", "known"), refused);
  tell("notice", Notification.requestPermission());
  tell("clipboard", navigator.clipboard.readText());
  const camera = navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  tell("camera", camera.then((stream) => stream.active));
  tell("outside", fetch(`http://localhost:${location.port}/outside`, { mode: "no-cors" }));
  tell("sound", new Audio("data:audio/wav;base64,SOUND").play());
  told("window", String(window.open("/other")));
  told("confirm", String(confirm("?")) + prompt("?") + alert("!"));
  localStorage.setItem("word", "WORD");
  document.cookie = "word=WORD";
  print();
});
""".replace("WORD", WORD).replace("SOUND", SOUND)
ROW: Final = 60  # pixels
PLACES: Final = {
    "file": '<a href="file:///etc/passwd">file</a>',
    "https": '<a href="https://example.org/">https</a>',
    "data": '<a href="data:text/html,out">data</a>',
    "chrome": '<a href="chrome://version">chrome</a>',
    "blank": '<a href="/other" target="_blank">blank</a>',
    "blank outside": '<a href="https://example.org/" target="_blank">blank</a>',
    "download": '<a href="/taken" download="taken.html">download</a>',
    "mail": '<a href="mailto:a@example.org">mail</a>',
    "choose": '<input type="file">',
    "write": '<input id="write">',
}
KEYS: Final = [
    *("alt+F4", "ctrl+w", "ctrl+n", "ctrl+t", "ctrl+o", "ctrl+p", "ctrl+q", "ctrl+r", "ctrl+s"),
    *("ctrl+shift+i", "ctrl+shift+w", "ctrl+plus", "ctrl+alt+Right", "alt+Left", "alt+space"),
    *("F1", "F5", "F6", "F11", "F12", "alt+Tab", "super+d", "super+e", "alt+Escape", "Menu"),
    *("ctrl+c", "ctrl+v", "shift+Insert", "XF86Back", "XF86HomePage", "Print", "ctrl+Tab"),
    *("ctrl+u", "ctrl+l", "ctrl+h", "ctrl+j", "ctrl+d", "ctrl+f", "ctrl+g", "ctrl+0", "ctrl+F4"),
    *("ctrl+shift+n", "ctrl+shift+t", "ctrl+shift+c", "ctrl+shift+j", "ctrl+shift+Delete"),
    *("F2", "F3", "F4", "F7", "F8", "F9", "F10", "alt+F1", "alt+F2", "alt+Home", "alt+Return"),
    *("alt+d", "super", "super+Tab", "super+l", "ctrl+Escape", "ctrl+alt+t", "ctrl+alt+Delete"),
    *("XF86Reload", "XF86Search", "XF86WWW", "XF86Mail", "XF86Explorer", "XF86Calculator"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    rows = "".join(
        f'<div style="position:absolute;inset-block-start:{place * ROW}px">{row}</div>'
        for place, row in enumerate(PLACES.values())
    )
    page = f"<!doctype html><title>site</title>{HEART}<script>{TRIES}</script>{rows}"
    with serving(Site(pages={"/": page, "/other": "another page", "/taken": WORD})) as served:
        yield served


@pytest.fixture(scope="module")
def window(site: Site, screen: Screen) -> Iterator["subprocess.Popen[bytes]"]:
    with opened(screen, site.url) as started:
        screen.wait_for("Résidacœur")
        last = {"camera", "clipboard", "outside", "sound"}
        until(lambda: last <= {name for name, _ in site.said})
        yield started


@pytest.fixture
def kept(window: Any, site: Site, screen: Screen) -> Iterator[None]:
    """After the test the window is what it was: one, full, alive, on the page it showed first."""
    site.said.clear()
    before = {program for *_, program in members(window.pid)}
    yield
    painted = site.asked.count("/static/js/beat.js?painted")
    until(lambda: site.asked.count("/static/js/beat.js?painted") > painted, "the page is gone")
    assert window.poll() is None
    assert screen.shows("Résidacœur")
    assert site.asked.count("/") == 1
    assert "/other" not in site.asked
    assert {program for *_, program in members(window.pid)} == before


def place(screen: Screen) -> tuple[int, ...]:
    """Where the window stands, and its size."""
    found = screen.do("search", "--onlyvisible", "--name", "Résidacœur", "getwindowgeometry")
    numbers = found.replace(",", " ").replace("x", " ").split()
    return tuple(int(word) for word in numbers if word.isdigit())


def test_the_window_fills_the_screen(window: Any, screen: Screen) -> None:
    assert place(screen)[-2:] == SIZE


def test_the_portal_knows_the_window_by_its_name(window: Any, site: Site) -> None:
    assert any("ResidacoeurWindow/" in agent for agent in site.agents)


def test_the_voice_may_speak_before_anyone_has_touched(window: Any, site: Site) -> None:
    assert dict(site.said)["sound"] == "undefined"


def test_a_page_of_the_portal_gets_the_camera_and_nothing_else(window: Any, site: Site) -> None:
    said = dict(site.said)
    assert said["camera"] == "true"
    assert (said["place"], said["notice"], said["clipboard"]) == ("1", "denied", "NotAllowedError")
    assert said["outside"] == "TypeError"
    assert "/outside" not in site.asked
    assert (said["window"], said["confirm"]) == ("null", "falsenullundefined")


@pytest.mark.usefixtures("kept")
def test_no_link_leads_outside(screen: Screen, site: Site) -> None:
    for row, name in enumerate(PLACES):
        screen.do("mousemove", 20, row * ROW + 12, "click", 1, "sleep", "0.1", "click", 2)
        assert screen.shows("Résidacœur"), name
    until(lambda: ("file", "none") in site.said, "the choice of a file was not cancelled")
    assert ("left", "page") not in site.said


@pytest.mark.usefixtures("kept")
def test_no_key_leads_outside_and_the_pages_own_arrive(screen: Screen, site: Site) -> None:
    screen.do("mousemove", 40, list(PLACES).index("write") * ROW + 12, "click", 1)
    for key in KEYS:
        screen.do("key", "--clearmodifiers", key)
    screen.do("key", "a", "Tab", "Escape", "Left")
    keys = until(lambda: [keys for name, keys in site.said if "ArrowLeft" in keys])
    assert keys == ["Shift BrowserBack F8 a Tab Escape ArrowLeft"]


@pytest.mark.usefixtures("kept")
def test_no_window_manager_closes_it(window: Any, screen: Screen) -> None:
    screen.ask_to_close()
    screen.do("sleep", "0.5")
    assert window.poll() is None


@pytest.mark.usefixtures("kept")
def test_no_other_button_of_the_mouse_does_anything(screen: Screen, site: Site) -> None:
    for button in (2, 3, 8, 9):
        screen.do("mousemove", 300, 600, "click", button)
    screen.do("mousemove", 300, 600, "mousedown", 1, "sleep", "1.2", "mouseup", 1)
    assert ("menu", "asked") not in site.said


@pytest.mark.usefixtures("kept")
def test_what_is_typed_reaches_no_disk(screen: Screen, site: Site) -> None:
    screen.do("mousemove", 40, list(PLACES).index("write") * ROW + 12, "click", 1, "type", WORD)
    until(lambda: any(keys.endswith(" ".join(WORD)) for name, keys in site.said if name == "keys"))
    files = [path for path in screen.home.rglob("*") if path.is_file()]
    assert [path for path in files if WORD.encode() in path.read_bytes()] == []
