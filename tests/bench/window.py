"""How soon the window shows the portal, and how soon it is back when a process is killed.

    python -m tests.bench.window            on a screen in memory (Xvfb, openbox)

Prints seconds: from `residacoeur window` to the portal's page painted, on a node that runs; from
kill -9 of window, portal or couch to the portal on the screen and answering again. Whoever kills
one process again and again waits longer each time: the supervisor's patience grows.
"""

import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from kiosk import running
from tests.window.conftest import ROOT, Screen, display, members, process, until
from tests.window.test_serve import SHOWN, Hall

TIMES = 5
SIZE = (1080, 1920)  # a kiosk's screen


def home(place: str) -> Path:
    """A directory for whoever sits before the screen."""
    (Path(place) / "home").mkdir()
    return Path(place) / "home"


@contextmanager
def serving(screen: Screen, *more: str) -> Iterator[Hall]:
    """A kiosk with the demonstration estate."""
    data, port = screen.home / "data", running.free_port()
    with (screen.home / "serve.log").open("ab") as log:
        if not data.exists():
            estate = [sys.executable, "installer/estate.py", "--data", str(data), "--mode", "kiosk"]
            with process(estate, log) as started:
                started.wait()
        words = [sys.executable, "-m", "app", "serve", "--data", str(data), "--mode", "kiosk"]
        ports = ["--port", str(port), "--couch-port", str(running.free_port())]
        with process([*words, *ports, *more], log, env=screen.env) as node:
            hall = Hall(data, port, node.pid)
            until(hall.answers)
            yield hall


def measure(act: Callable[[], Any], back: Callable[[], Any]) -> float:
    """Seconds from an act until ``back`` says so."""
    start = time.monotonic()
    act()
    until(back)
    return time.monotonic() - start


def opening(screen: Screen) -> list[float]:
    """`residacoeur window` beside a running node, until its page has painted."""
    found = []
    with serving(screen, "--no-window") as hall, (screen.home / "window.log").open("ab") as log:
        for _ in range(TIMES):
            with ExitStack() as stack:
                words = [sys.executable, "-m", "app", "window", "--data", str(hall.data)]

                def start(stack: ExitStack = stack, words: list[str] = words) -> None:
                    stack.enter_context(process(words, log, env=screen.env))

                found.append(measure(start, lambda: screen.shows(SHOWN)))
            until(lambda: screen.windows() == [])
    return found


def killing(screen: Screen, hall: Hall, name: str) -> list[float]:
    """Kill a process of the node once, and again as soon as it is back."""
    found = []
    for _ in range(TIMES):
        until(lambda: name in hall.children())
        killed = hall.children()[name]

        def back(killed: int = killed) -> bool:
            other = hall.children().get(name, killed) != killed
            return other and hall.answers() and screen.shows(SHOWN)

        found.append(measure(lambda killed=killed: os.kill(killed, signal.SIGKILL), back))
    return found


def tell(what: str, seconds: list[float]) -> None:
    """One line of figures."""
    first, middle, most = seconds[0], statistics.median(seconds), max(seconds)
    print(f"{what:<44} first {first:5.2f}   median {middle:5.2f}   max {most:5.2f} s", flush=True)


def memory(hall: Hall) -> None:
    """What the window's processes hold, shared pages divided (PSS)."""
    total = 0
    for pid, *_ in members(hall.children()["window"]):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    print(f"{'the window with its page holds':<44} {total / 1024:.0f} MB", flush=True)


def main() -> None:
    """Print everything."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as place, display(home(place), SIZE) as screen:
        tell("residacoeur window to the page painted", opening(screen))
        with serving(screen) as hall:
            until(lambda: screen.shows(SHOWN))
            memory(hall)
            for name in ("window", "portal", "couch"):
                tell(f"back on the screen after kill -9 of {name}", killing(screen, hall, name))


if __name__ == "__main__":
    main()
