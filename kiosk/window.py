"""The window of a node: it shows the portal and nothing else (pywebview with Qt).

On a kiosk or a television it fills the screen and cannot be closed or left; at home it is a window
like any other, and closing it ends nothing. Rules that hold in both:

- the page stays on the portal's own origin: no other site, file, window, download or dialog; camera
  and microphone are for that origin alone, everything else that a page may ask for is refused;
- the profile lives in memory, and the process leaves no core: nothing of a visit reaches the disk;
- no program reaches into the page: no js_api, no script from here. A page in this window says by an
  HTTP request that it has painted (static/js/beat.js); one that stops, dies, or stays all black or
  white is loaded anew, three times in ten minutes at most, then a still screen stands over it while
  it is tried quietly (kiosk/shell/watch.py);
- it runs for an ordinary user, in Chromium's sandbox (kiosk/shell/needs.py).

How to leave a locked screen: end ``residacoeur serve`` from another console (Ctrl-Alt-F2, where X
allows it) or over the network.
"""

import logging
import os
import resource
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import webview
from PyQt6.QtCore import QLocale, Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWebEngineWidgets import QWebEngineView
from PyQt6.QtWidgets import QApplication
from webview.platforms import qt

from kiosk.drawing import colour
from kiosk.shell import keepers
from kiosk.shell.cover import Cover
from kiosk.shell.fence import Fence, flags
from kiosk.shell.guard import Guard
from kiosk.shell.page import Page, Porter, first_page, holds, settle
from kiosk.shell.watch import Act, Face, Pace, Watch

log = logging.getLogger(__name__)

HOME: Final = (1280, 800)  # pixels, where the screen has them
TICK: Final = 250  # milliseconds between two looks at everything …
HASTE: Final = 50  # … and while someone waits for the page
LEARN: Final = 600.0  # seconds between two questions for the caretaker's name
SIDE: Final = 24  # the page is looked at as so many points by as many
DARK, BRIGHT = 8, 247  # of 255: a point beyond is black, or white
FLAGS: Final = "QTWEBENGINE_CHROMIUM_FLAGS"
TITLES: Final = {
    Face.PAGE: "Résidacœur",
    Face.WAIT: "Résidacœur, un instant",
    Face.STILL: "Résidacœur, cet écran ne marche pas",
}


@dataclass(frozen=True)
class Plan:
    """What the window shows, and how. ``locked``: it cannot be left. ``data``: the node's."""

    url: str
    locked: bool
    data: Path
    pace: Pace = field(default_factory=Pace)


def run(plan: Plan) -> int:
    """Open the window and block; 0 when a person has closed it. ValueError for no http address."""
    Fence.around(plan.url)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ[FLAGS] = " ".join(flags(os.environ.get(FLAGS, "")))
    os.environ.pop("QTWEBENGINE_REMOTE_DEBUGGING", None)
    webview.settings["ALLOW_FILE_URLS"] = False
    webview.settings["ALLOW_DOWNLOADS"] = False
    webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = False
    Shell.plan = plan
    qt.BrowserView = Shell
    qt.environ_append = lambda *words, **more: None  # it would give everyone the camera
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DisableShaderDiskCache)
    application = QApplication(["residacoeur-window"])
    room = QGuiApplication.primaryScreen().availableSize()
    webview.create_window(
        TITLES[Face.WAIT],
        html=" ",
        width=min(HOME[0], room.width()),
        height=min(HOME[1], room.height()),
        fullscreen=plan.locked,
        frameless=plan.locked,
        on_top=plan.locked,
        easy_drag=False,
        background_color=colour("ground"),
    )
    webview.start(gui="qt", private_mode=True, debug=False)
    del application
    return 0


class Shell(qt.BrowserView):
    """pywebview's window with its ways out closed, and a watch over its page."""

    plan: Plan
    WebView = QWebEngineView

    @staticmethod
    def WebPage(window: Any, profile: Any) -> Page:
        """The page that pywebview would make, within a fence."""
        plan = Shell.plan
        settle(profile, "fr" if plan.locked else _languages())
        return Page(Fence.around(plan.url), profile, window.webview, files=not plan.locked)

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.watch = Watch(time.monotonic(), self.plan.pace)
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._asked: Future[bool] | None = None
        self._learnt: Future[list[str]] | None = None
        self._keepers = keepers.known(self.plan.data)
        self._next_look = time.monotonic() + self.plan.pace.look
        self._next_lesson = self._next_hold = 0.0
        self.page = self.webview.page()
        self.page.setWebChannel(None)
        self._porter = Porter(
            Fence.around(self.plan.url), lambda: self.watch.beat(time.monotonic())
        )
        self.profile.setUrlRequestInterceptor(self._porter)
        self.page.loadingChanged.connect(self._loading)
        self.page.renderProcessTerminated.connect(self._died)
        self.page.urlChanged.connect(self._moved)
        self.setAcceptDrops(False)
        self.cover = Cover(self)
        if self.plan.locked:
            self.guard = Guard(self)
            self.setGeometry(QGuiApplication.primaryScreen().geometry())
        self._show(Face.WAIT)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK)
        self._tick()

    # What pywebview would do of itself: scripts in the page, copies of its cookies.

    def on_load_finished(self) -> None:
        """Put no script into the page."""

    def on_cookie_added(self, cookie: Any) -> None:
        """Keep no copy."""

    def on_cookie_removed(self, cookie: Any) -> None:
        """Keep no copy."""

    # What happens to the window.

    def closeEvent(self, event: Any) -> None:
        """At home the window closes; elsewhere nothing closes it."""
        if self.plan.locked:
            event.ignore()
        else:
            super().closeEvent(event)

    def resizeEvent(self, event: Any) -> None:
        """The cover is as large as the window."""
        super().resizeEvent(event)
        if hasattr(self, "cover"):
            self.cover.setGeometry(self.rect())

    def _loading(self, info: Any) -> None:
        if self.page.has_failed(info):
            self.watch.failed(time.monotonic())

    def _died(self, status: Any, code: int) -> None:
        self.watch.died(time.monotonic())

    def _moved(self, url: Any) -> None:
        """Chromium asks nobody before it shows about:blank: whoever was led there is led back."""
        if self.watch.state == "open" and not holds(Fence.around(self.plan.url), url):
            self.watch.died(time.monotonic())

    # What is looked at again and again.

    def _tick(self) -> None:
        now = time.monotonic()
        if self._asked and self._asked.done():
            answers, self._asked = self._asked.result(), None
            self._do(self.watch.told(now, answers))
        self._do(self.watch.tick(now, self._is_seen()))
        self._look(now)
        self._learn(now)
        self._show(self.watch.face(now))
        self._timer.setInterval(TICK if self.watch.state == "open" else HASTE)
        if self.plan.locked and now >= self._next_hold:
            self._next_hold = now + 1
            self._hold()

    def _do(self, act: Act | None) -> None:
        if act is Act.ASK and self._asked is None:
            self._asked = self._pool.submit(keepers.answers, self.plan.url)
        elif act is Act.LOAD:
            self.webview.setUrl(first_page(self.plan.url))
        elif act is Act.END:
            log.warning("the page is frozen, black or gone: it is loaded anew")
            process = self.page.renderProcessPid()
            if process:
                os.kill(process, signal.SIGKILL)

    def _is_seen(self) -> bool:
        handle = self.windowHandle()
        return bool(handle and handle.isExposed() and not self.isMinimized())

    def _look(self, now: float) -> None:
        """Whether the page is all black or all white."""
        if now < self._next_look or not self._is_seen():
            return
        self._next_look = now + self.plan.pace.look
        keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode
        picture = self.webview.grab().toImage()
        small = picture.scaled(SIDE, SIDE, keep, smooth.SmoothTransformation)
        points = [small.pixelColor(x, y) for x in range(small.width()) for y in range(SIDE)]
        tones = [tone for point in points for tone in (point.red(), point.green(), point.blue())]
        self.watch.looked(now, bool(tones) and (max(tones) < DARK or min(tones) > BRIGHT))

    def _learn(self, now: float) -> None:
        """Know whom the still screen names."""
        if self._learnt and self._learnt.done():
            self._keepers, self._learnt = self._learnt.result(), None
        elif now >= self._next_lesson and self.watch.state == "open":
            self._next_lesson = now + LEARN
            self._learnt = self._pool.submit(keepers.learn, self.plan.url, self.plan.data)

    def _show(self, face: Face) -> None:
        covered = face is not Face.PAGE
        if covered:
            self.cover.say(face is Face.STILL, self._keepers)
        if self.cover.isVisible() != covered or self.windowTitle() != TITLES[face]:
            self.setWindowTitle(TITLES[face])
            self.cover.setGeometry(self.rect())
            self.cover.setVisible(covered)
            self.cover.raise_()
            if not covered:
                self.webview.setFocus()

    def _hold(self) -> None:
        """Stay in front, over all of the screen, with the keyboard.

        While one client has grabbed the keyboard (XGrabKeyboard(3)), no window manager hears its
        own keys: neither Alt-Tab nor Alt-F4, nor whatever else it knows.
        """
        if not self.isFullScreen():
            self.showFullScreen()
        if not self.isActiveWindow():
            self.raise_()
            self.activateWindow()
        handle = self.windowHandle()
        lists = QApplication.activePopupWidget()
        if handle and lists is None and QGuiApplication.platformName() == "xcb":
            handle.setKeyboardGrabEnabled(True)


def _languages() -> str:
    """What this computer is set to speak, as in Accept-Language; French where it is nothing."""
    known = [name for name in QLocale.system().uiLanguages() if name != "C"]
    return ",".join(known[:5]) or "fr"
