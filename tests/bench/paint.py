"""How soon a kiosk shows that it was touched: interaction to next paint, the CPU slowed four times.

    python -m tests.bench.paint [--slow 4] [--rounds 3]

A node of its own on the demonstration estate; a walk of ordinary touches and keys in Chromium. The
figure is the browser's own (Event Timing, as in web.dev's INP): from the touch to the frame after
everything it set off; the longest event of each interaction counts.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, ROOT, free_port_now, running, wait_for

LIMIT: Final = 100
"""Milliseconds asked of three interactions in four."""

WATCH: Final = """() => {
  window.seen = [];
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) if (e.interactionId) seen.push(e.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: false });
}"""

Act = tuple[str, Callable[[Any], None]]


def touch(selector: str) -> Callable[[Any], None]:
    return lambda page: page.tap(selector)


def press(key: str) -> Callable[[Any], None]:
    return lambda page: page.keyboard.press(key)


WALK: Final[tuple[tuple[str, tuple[Act, ...]], ...]] = (
    (
        "/",
        (
            ("a key of the sea: larger", touch("a[data-look=size]")),
            ("a key of the sea: contrast", touch("a[data-look=theme]")),
            ("the first arrow", press("ArrowDown")),
            ("an arrow", press("ArrowDown")),
            ("an arrow aside", press("ArrowRight")),
            ("a window", touch("a.window[href='/news/']")),
            ("an item of a list", touch("main .notice")),
            ("back", touch(".step a")),
            ("back by key", press("Escape")),
            ("report", touch("a[href='/report/']")),
            ("what is broken", touch("main a[href*='what=lift']")),
            ("home", touch(".step a[href='/']")),
            ("listen", touch("[data-listen]")),
            ("stop", touch("[data-listen]")),
        ),
    ),
    (
        "/signin/door?staircase=figuiers-b",
        (
            ("a key of the pad", touch(".pad [data-sign='3']")),
            ("a second key of the pad", touch(".pad [data-sign='1']")),
            ("erase", touch(".pad [data-erase]")),
            ("go on", touch("main .act")),
        ),
    ),
    (
        "/settings/?size=huge",
        (
            ("leaf down", touch("[data-leaf='1']")),
            ("leaf up", touch("[data-leaf='-1']")),
            ("lower the page", touch("a[href*='layout=low']")),
        ),
    ),
    (
        "/report/words?what=light&place=flat",
        (
            ("tick a box", touch("main .chip")),
            ("the field: the keyboard comes", touch("#words")),
            ("a letter", touch("#board [data-skbtn='a']")),
            ("another letter", touch("#board [data-skbtn='l']")),
            ("capitals", touch("#board [data-skbtn='{shift}']")),
            ("OK", touch("#board [data-skbtn='{ok}']")),
        ),
    ),
)


@contextmanager
def kiosk() -> Iterator[tuple[str, str]]:
    """A kiosk on the demonstration estate: its address, and Amina's code."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        estate = [sys.executable, "installer/estate.py", "--data", str(data), "--mode", "kiosk"]
        subprocess.run(estate, cwd=ROOT, check=True, capture_output=True)
        app = [sys.executable, "-m", "app"]
        card = [*app, "card", "figuiers-b-31", "--person", "Amina Benali", "--data", str(data)]
        said = subprocess.run(card, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        code = next(line for line in said.splitlines() if "Code" in line).split(":")[1].strip()
        port = free_port_now()
        serve = [*app, "serve", "--data", str(data), "--mode", "kiosk", "--no-window"]
        ports = ["--port", str(port), "--couch-port", str(free_port_now())]
        log = Path(folder) / "log"
        with running([*serve, *ports], log) as process:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, process, log)
            yield url, code


def measure(page: Any, act: Callable[[Any], None]) -> float | None:
    """Milliseconds of one interaction; None where the browser tells of none.

    It tells of none below 16 ms, nor of one that loaded a whole new page.
    """
    page.evaluate(WATCH)
    act(page)
    page.wait_for_timeout(900)
    seen = page.evaluate("() => window.seen || []")  # none where the whole page is another by now
    return max(map(float, seen), default=None)


def walk(page: Any, url: str, code: str, slow: float, found: dict[str, list[float]]) -> None:
    """Every act once; what each took is added to ``found``."""
    page.goto(f"{url}/signin/code?staircase=figuiers-b&door=31")
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_selector("form[action='/leave']")
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    for path, acts in WALK:
        page.goto(f"{url}/?lang=fr&size=normal&theme=light&layout=whole")
        page.goto(url + path)
        page.wait_for_timeout(1500)
        for name, act in acts:
            if (took := measure(page, act)) is not None:
                found.setdefault(name, []).append(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, list[float]] = {}
    with kiosk() as (url, code), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for _ in range(options.rounds):
            size = {"width": 1080, "height": 1920}
            context = browser.new_context(viewport=size, has_touch=True, locale="fr-FR")
            walk(context.new_page(), url, code, options.slow, found)
            context.close()
        browser.close()
    report(found, options.slow)


def report(found: dict[str, list[float]], slow: float) -> None:
    """Print the figures, the slowest interactions last."""
    every = sorted(took for times in found.values() for took in times)
    for name, times in sorted(found.items(), key=lambda item: statistics.median(item[1])):
        print(f"{statistics.median(times):6.0f} ms  {max(times):6.0f} at most  {name}")
    p75 = every[int(len(every) * 0.75)]
    p50 = statistics.median(every)
    print(f"CPU slowed {slow:g} times, {len(every)} interactions: p50 {p50:.0f} ms, ", end="")
    print(f"p75 {p75:.0f} ms (asked: {LIMIT}), worst {every[-1]:.0f} ms")


if __name__ == "__main__":
    main()
