"""A page that freezes, dies or goes black is loaded anew; where that is in vain, help is shown."""

import os
import signal
import time
from typing import Final

from kiosk.shell.watch import Pace
from tests.window.conftest import (
    HEART,
    PAGE,
    QUICK,
    SIZE,
    Open,
    Screen,
    Site,
    renderers,
    serving,
    until,
)

SHOWN: Final = "Résidacœur"
WAITS: Final = "Résidacœur, un instant"
STILL: Final = "Résidacœur, cet écran ne marche pas"
FROZEN: Final = "<!doctype html><title>frozen</title><script>for (;;);</script>"
VOID: Final = f"""<!doctype html><title>void</title>{HEART}<script>
setTimeout(() => {{ fetch("/left").then(() => {{ location = "about:blank"; }}); }}, 4000);
</script>"""
BLACK: Final = f"<!doctype html><title>black</title><body style='background: #000'>{HEART}"


def test_without_a_portal_the_window_waits_and_goes_in_by_itself(
    screen: Screen, open_window: Open
) -> None:
    site = Site(pages={"/": PAGE})
    with serving(site):
        pass  # only for a port that nobody listens on now
    open_window(site.url)
    screen.wait_for(WAITS)
    until(lambda: screen.colours() > 50, "nothing is written there")
    with serving(site):
        screen.wait_for(SHOWN)


def test_a_page_whose_process_dies_is_back(screen: Screen, open_window: Open) -> None:
    with serving(Site(pages={"/": PAGE})) as site:
        window = open_window(site.url)
        screen.wait_for(SHOWN)
        drawing = renderers(window.pid)
        assert drawing
        for process in drawing:
            os.kill(process, signal.SIGKILL)
        until(lambda: site.asked.count("/") >= 2)
        screen.wait_for(SHOWN)


def test_a_frozen_page_is_loaded_anew_then_help_is_shown_until_it_lives(
    screen: Screen, open_window: Open
) -> None:
    with serving(Site(pages={"/": FROZEN})) as site:
        open_window(site.url, program=QUICK)
        screen.wait_for(STILL)
        assert site.asked.count("/") == 2, "shown once, loaded anew once"
        until(lambda: screen.colours() > 200, "there are no numbers and pictures")
        site.pages["/"] = PAGE
        screen.wait_for(SHOWN)


def test_a_black_page_is_loaded_anew(screen: Screen, open_window: Open) -> None:
    with serving(Site(pages={"/": BLACK})) as site:
        open_window(site.url, program=QUICK)
        screen.wait_for(SHOWN)
        site.pages["/"] = PAGE
        until(lambda: site.asked.count("/") >= 2)
        screen.wait_for(SHOWN)


def test_a_page_that_leads_to_nothing_is_back_before_it_would_be_missed(
    screen: Screen, open_window: Open
) -> None:
    with serving(Site(pages={"/": VOID})) as site:
        open_window(site.url)
        screen.wait_for(SHOWN)
        until(lambda: site.asked.count("/left"))
        site.pages["/"] = PAGE
        left = time.monotonic()
        until(lambda: site.asked.count("/") == 2)
        assert time.monotonic() - left < Pace().beat / 2, "not for want of a beat"
        screen.wait_for(SHOWN)


def test_at_home_the_window_is_one_among_others_and_can_be_closed(
    screen: Screen, open_window: Open
) -> None:
    with serving(Site(pages={"/": PAGE})) as site:
        window = open_window(site.url, mode="home")
        screen.wait_for(SHOWN)
        found = screen.do("search", "--onlyvisible", "--name", SHOWN, "getwindowgeometry")
        assert f"{SIZE[0]}x{SIZE[1]}" not in found
        screen.ask_to_close()
        assert window.wait(15) == 0


def test_an_address_that_is_no_site_is_refused(open_window: Open) -> None:
    assert open_window("file:///etc/passwd").wait(15) == 2
