"""A screen in memory, a site that notes what is asked of it, and the real window on both."""

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SIZE: Final = (720, 1280)
PATIENCE: Final = 40  # seconds until what does not happen fails the test
HEART: Final = '<script type="module" src="/static/js/beat.js"></script>'
PAGE: Final = f"<!doctype html><title>site</title><h1>Bonjour</h1>{HEART}"
QUICK: Final = """
import sys
from pathlib import Path
from kiosk.shell.watch import Pace
from kiosk.window import Plan, run
pace = Pace(beat=3, look=0.5, blank=1, again=1, lives=1, most=1)
sys.exit(run(Plan(sys.argv[1], True, Path(sys.argv[2]), pace)))
"""
"""The window with less patience than it has."""


def until(true: Callable[[], Any], why: str = "it did not happen") -> Any:
    """What ``true`` says once it is true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < deadline, why
        time.sleep(0.05)
    return found


class Message(ctypes.Structure):
    """XClientMessageEvent of Xlib, as long as an XEvent."""

    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 20),
    ]


@dataclass
class Screen:
    """A display of its own, with a window manager; ``home`` is where its user's files would be."""

    name: str
    home: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.env = {**os.environ, "DISPLAY": self.name, "HOME": str(self.home)}
        self.env = {k: v for k, v in self.env.items() if not k.startswith(("XDG_", "WAYLAND"))}
        (self.home / "tmp").mkdir()
        self.env["TMPDIR"] = str(self.home / "tmp")
        self.env["QTWEBENGINE_CHROMIUM_FLAGS"] = "--use-fake-device-for-media-stream"
        self.env["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # tests run as root, or where no sandbox can

    def do(self, *words: str | int) -> str:
        """What xdotool says to these words; "" when it finds nothing."""
        arguments = ["xdotool", *map(str, words)]
        done = subprocess.run(arguments, env=self.env, capture_output=True, text=True, timeout=30)
        return done.stdout.strip()

    def is_managed(self) -> bool:
        """Whether a window manager is there (EWMH)."""
        return self.do("get_num_desktops") not in ("", "0")

    def windows(self) -> list[str]:
        """The titles of every window that is shown."""
        found = self.do("search", "--onlyvisible", "--name", ".+").split()
        return [name for each in found if (name := self.do("getwindowname", each))]

    def shows(self, title: str) -> bool:
        """Whether one window alone is shown, and it is called so."""
        return self.windows() == [title]

    def wait_for(self, title: str) -> None:
        """Return once one window alone is shown, called so; fail with what is shown instead."""
        deadline = time.monotonic() + PATIENCE
        while (shown := self.windows()) != [title]:
            assert time.monotonic() < deadline, f"{title} is not shown, but {shown}"
            time.sleep(0.05)

    def ask_to_close(self) -> None:
        """Ask the window as a window manager does (EWMH, _NET_CLOSE_WINDOW)."""
        x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        display = ctypes.c_void_p(x.XOpenDisplay(self.name.encode()))
        window = int(self.do("search", "--onlyvisible", "--name", ".+").split()[0])
        atom = x.XInternAtom(display, b"_NET_CLOSE_WINDOW", 0)
        event = Message(33, 0, 1, display, window, atom, 32)  # ClientMessage of Xlib
        root = x.XDefaultRootWindow(display)
        x.XSendEvent(display, root, 0, 1 << 19 | 1 << 20, ctypes.byref(event))
        x.XCloseDisplay(display)

    def colours(self) -> int:
        """How many colours there are on the screen."""
        from PIL import ImageGrab

        picture = ImageGrab.grab(xdisplay=self.name).resize((180, 320))
        return len(set(picture.convert("RGB").get_flattened_data()))


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Xvfb on a display nobody has, with openbox."""
    with display(tmp_path_factory.mktemp("home"), SIZE) as shown:
        yield shown


@contextmanager
def display(home: Path, size: tuple[int, int]) -> Iterator[Screen]:
    """A screen in memory until the block ends. It stays as it is when nobody draws on it."""
    words = ["-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp", "-noreset"]
    read, write = os.pipe()
    with ExitStack() as stack:
        log = stack.enter_context((home.parent / "screen.log").open("ab"))
        xvfb = ["Xvfb", "-displayfd", str(write), *words]
        stack.enter_context(process(xvfb, log, pass_fds=[write]))
        os.close(write)
        with os.fdopen(read) as told:
            shown = Screen(f":{told.readline().strip()}", home)
        stack.enter_context(process(["openbox"], log, env=shown.env))
        until(shown.is_managed, "openbox does not start")
        yield shown


@contextmanager
def process(arguments: list[str], log: Any, **more: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in a group of its own, ended with all of it."""
    started = subprocess.Popen(
        arguments, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, **more
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@dataclass
class Site:
    """A site of one's own: ``pages`` by path, and where those are that have ``moved``; ``asked`` is
    every path, ``said`` what pages tell."""

    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body of what is at a path."""
        if path == "/static/js/beat.js":
            return 200, "text/javascript", (ROOT / path[1:]).read_bytes()
        if path in self.pages:
            return 200, "text/html; charset=utf-8", self.pages[path].encode()
        return 404, "text/plain", b""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve a site on its port (one nobody has, if it is 0) until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            site.agents.add(self.headers["User-Agent"] or "")
            if parts.path == "/said":
                site.said += parse_qsl(parts.query)
            else:
                site.asked.append(self.path)
            status, kind, body = site.answer(parts.path)
            self.send_response(302 if parts.path in site.moved else status)
            if parts.path in site.moved:
                self.send_header("Location", site.moved[parts.path].format(port=site.port))
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_POST = do_GET

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", site.port), Handler)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def opened(
    screen: Screen, url: str, mode: str = "kiosk", program: str = ""
) -> Iterator["subprocess.Popen[bytes]"]:
    """The window on a portal until the block ends; ``program``: what runs it, as ``QUICK`` does."""
    folder = Path(mkdtemp(dir=screen.home))
    data = str(folder / "data")
    whole = ["-m", "app", "window", "--url", url, "--mode", mode, "--data", data]
    arguments = [sys.executable, *(["-c", program, url, data] if program else whole)]
    with (folder / "log").open("ab") as log, process(arguments, log, env=screen.env) as window:
        yield window
    until(lambda: screen.windows() == [], "the window stays")


Open = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def open_window(screen: Screen) -> Iterator[Open]:
    """A function open_window(url, mode="kiosk", program=""): the window until the test ends."""
    with ExitStack() as stack:
        yield lambda *words, **more: stack.enter_context(opened(screen, *words, **more))


def renderers(window: int) -> list[int]:
    """The processes that draw pages: Chromium's zygotes, children of the window, fork them."""
    group = {pid: parent for pid, parent, _ in members(window)}
    return [pid for pid, parent in group.items() if parent != window and parent in group]


def members(group: int) -> list[tuple[int, int, str]]:
    """Each process of a group, its parent, and its program."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program = (folder / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            numbers = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if program and int(numbers[2]) == group:  # proc(5): state, ppid, pgrp
            found.append((int(folder.name), int(numbers[1]), program))
    return found
