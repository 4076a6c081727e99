"""What scripts, fingers and files could do to a locked window: none of them leads out of it."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.window.conftest import HEART, Open, Screen, Site, opened, serving, until

SCRIPT: Final = """
const told = (name, value) => fetch(`/said?${new URLSearchParams({ [name]: value })}`);
const outside = `http://localhost:${location.port}/outside`;
const away = [
  `view-source:${location.href}`, "file:///etc/passwd", "data:text/html,out",
  "chrome://gpu", "qrc:/", outside, `${location.origin}/moved`, "mailto:a@example.org",
  URL.createObjectURL(new Blob(["<h1>out</h1>"], { type: "text/html" })),
];
const tries = {
  ...Object.fromEntries(away.map((url) => [`go ${url}`, () => { location.href = url; }])),
  ...Object.fromEntries(away.map((url) => [`open ${url}`, () => String(open(url))])),
  post: () => Object.assign(document.body.appendChild(document.createElement("form")),
    { method: "post", action: outside }).submit(),
  frames: () => away.forEach((src) =>
    document.body.append(Object.assign(document.createElement("iframe"), { src }))),
  picture: () => { new Image().src = outside; },
  socket: () => new Promise((done) => {
    new WebSocket(outside.replace("http", "ws")).onclose = () => done("closed");
  }),
  beacon: () => { navigator.sendBeacon(outside, "out"); },
  events: () => { new EventSource(outside); },
  screen: () => navigator.mediaDevices.getDisplayMedia({ video: true }),
  fonts: () => globalThis.queryLocalFonts(),
};
const gestured = {
  files: () => showOpenFilePicker(),
  folder: () => showDirectoryPicker(),
  save: () => showSaveFilePicker(),
  full: () => document.documentElement.requestFullscreen(),
  pointer: () => document.body.requestPointerLock(),
  colour: () => document.querySelector("[type=color]").showPicker(),
  other: () => { open("/other"); },
  data: () => { open("data:text/html,out"); },
  day: () => document.querySelector("[type=date]").showPicker(),
};
const attempt = async (all) => {
  for (const [name, act] of Object.entries(all)) {
    const late = new Promise((done) => { setTimeout(() => done("unanswered"), 1500); });
    const answer = async () => act();
    const said = await Promise.race([answer(), late]).catch((error) => error.name);
    await told(name, String(said));
    await new Promise((done) => { setTimeout(done, 150); });
  }
};
addEventListener("load", async () => { await attempt(tries); told("done", "tries"); });
const chosen = Object.entries(gestured);
addEventListener("click", async () => {
  if (chosen.length) await attempt(Object.fromEntries([chosen.shift()]));
});
"""
FEEL: Final = """
const told = (name, value) => fetch(`/said?${new URLSearchParams({ [name]: value })}`);
for (const name of ["contextmenu", "dragenter", "drop", "touchstart", "touchend", "click"]) {
  addEventListener(name, () => told("felt", name), true);
}
"""
PAGE: Final = f"""<!doctype html><title>site</title>{HEART}<script>{SCRIPT}</script>
<input type="color"><input type="date">
<button style="position: fixed; inset: auto 0 0; block-size: 120px">ici</button>"""
FELT: Final = f"""<!doctype html><title>site</title>{HEART}<script>{FEEL}</script>
<meta name="viewport" content="width=device-width">
<p style="font: 60px sans-serif">Des mots que l’on peut choisir</p>"""

HAND: Final = """
import sys
from pathlib import Path
from PyQt6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QEventPoint, QInputDevice, QPointingDevice
from PyQt6.QtGui import QTouchEvent
from PyQt6.QtWidgets import QApplication
from kiosk import window
from kiosk.window import Plan, run

class Handled(window.Shell):
    def _loading(self, info):
        super()._loading(info)
        if not hasattr(self, "steps"):
            self.device = QPointingDevice(
                "hand", 7, QInputDevice.DeviceType.TouchScreen,
                QPointingDevice.PointerType.Finger, QInputDevice.Capability.Position, 10, 0,
            )
            self.steps = self.act()
            QTimer.singleShot(2000, self.go_on)

    def go_on(self):
        wait = next(self.steps, None)
        if wait is not None:
            QTimer.singleShot(wait, self.go_on)

    def touch(self, state, *places):
        kinds = {"Pressed": QEvent.Type.TouchBegin, "Released": QEvent.Type.TouchEnd}
        kind = kinds.get(state, QEvent.Type.TouchUpdate)
        points = [
            QEventPoint(number, QEventPoint.State[state], QPointF(place), QPointF(place))
            for number, place in enumerate(places)
        ]
        event = QTouchEvent(kind, self.device, Qt.KeyboardModifier.NoModifier, points)
        QApplication.sendEvent(self.windowHandle(), event)

    def act(self):
        here, there = QPoint(200, 150), QPoint(420, 500)
        self.touch("Pressed", here)
        yield 1800
        self.note("held")
        self.touch("Released", here)
        yield 500
        self.note("let go")
        files = QMimeData()
        files.setUrls([QUrl("file:///etc/passwd")])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        copy = Qt.DropAction.CopyAction
        for event in (
            QDragEnterEvent(there, copy, files, buttons, keys),
            QDropEvent(QPointF(there), copy, files, buttons, keys),
        ):
            QApplication.sendEvent(self.windowHandle(), event)
            yield 300
        self.note("dropped")
        Path(sys.argv[2], "dropped").touch()

    def note(self, when):
        seen = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self]
        Path(sys.argv[2]).mkdir(exist_ok=True)
        with Path(sys.argv[2], "beside").open("a") as file:
            file.writelines(f"{when}: {w.metaObject().className()}\\n" for w in seen)

window.Shell = Handled
sys.exit(run(Plan(sys.argv[1], True, Path(sys.argv[2]))))
"""
"""The window with a hand in it: a finger that stays on a word, and a file let fall."""


GESTURED: Final = ("files", "folder", "save", "full", "pointer", "colour", "other", "data", "day")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    there = {"/moved": "http://localhost:{port}/outside"}
    with serving(Site(pages={"/": PAGE}, moved=there)) as served:
        yield served


def test_no_script_leads_outside_and_no_gesture_helps_it(
    screen: Screen, site: Site, open_window: Open
) -> None:
    open_window(site.url)
    screen.wait_for("Résidacœur")
    until(lambda: ("done", "tries") in site.said, "the page has not tried all")
    for name in GESTURED:
        screen.do("mousemove", 300, 1240, "click", 1)
        until(lambda name=name: name in dict(site.said), name)  # type: ignore[misc]
        screen.wait_for("Résidacœur")
    said = dict(site.said)
    assert {said[name] for name in said if name.startswith("open ")} == {"null"}
    refused = ("screen", "files", "folder", "save", "full", "pointer")
    assert [name for name in refused if not said[name].endswith("Error")] == []
    assert [path for path in site.asked if path.startswith(("/outside", "/other"))] == []
    assert site.asked.count("/") == 1, "it has stayed on its page"


def test_no_finger_and_no_file_opens_anything(screen: Screen) -> None:
    with serving(Site(pages={"/": FELT})) as site, opened(screen, site.url, program=HAND):
        (done,) = until(lambda: [*screen.home.rglob("dropped")], "the hand has not done all")
        assert done.with_name("beside").read_text() == ""
        assert screen.shows("Résidacœur")
    felt = [value for name, value in site.said if name == "felt"]
    assert "touchstart" in felt
    assert {"dragenter", "drop"}.isdisjoint(felt)
    assert site.asked.count("/") == 1
