"""The line of this machine, as far as it alone can know: a way out, and a cable or radio under it.

Nothing is sent to find out. The kernel says which interfaces carry (sysfs-class-net) and where
packets for elsewhere would go (proc_net(5)): a line that is up here may still be broken further on.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sync.clock import instant, now, stamp

log = logging.getLogger(__name__)

LOOK: Final = 5.0
"""Seconds between two looks: a cable that is pulled is told within as many."""

UP: Final = 0x1
"""RTF_UP of linux/route.h: the route is in use."""

ANYWHERE: Final = "00000000"


@dataclass(frozen=True)
class Weather:
    """Whether the line is up, and since when that is known here."""

    up: bool
    since: datetime


class Line:
    """The line of one machine; safe to share between threads.

    ``kept``: the file that holds its state over restarts. ``root``: where ``/sys`` and ``/proc``
    are found.
    """

    def __init__(self, kept: Path, root: Path = Path("/")) -> None:
        self._kept = kept
        self._root = root
        self._lock = threading.Lock()
        self._looked = -LOOK
        self._weather = _read(kept)

    def weather(self, at: datetime) -> Weather | None:
        """The line at ``at``, looked at anew when that was long ago; None where nobody can know."""
        with self._lock:
            if time.monotonic() - self._looked >= LOOK:
                self._look(at)
            return self._weather

    def watch(self, changed: Callable[[], object]) -> None:
        """Begin to look by the clock, and call ``changed`` when the line does; returns at once."""
        threading.Thread(target=self._watch, args=(changed,), daemon=True).start()

    def _watch(self, changed: Callable[[], object]) -> None:
        pause, known = threading.Event(), self.weather(now())
        while not pause.wait(LOOK):
            try:
                fresh = self.weather(now())
                if fresh != known:
                    changed()
                known = fresh
            except Exception:
                log.exception("the line was not looked at")

    def _look(self, at: datetime) -> None:
        self._looked = time.monotonic()
        up = is_up(self._root)
        if up is None:
            self._weather = None
        elif self._weather is None or self._weather.up != up:
            self._weather = Weather(up, at)
            _write(self._kept, self._weather)
        elif self._weather.since > at:  # the clock was put back
            self._weather = Weather(up, at)


def is_up(root: Path) -> bool | None:
    """Whether packets for elsewhere have a way out; None where no Linux says so."""
    try:
        routes = (root / "proc/net/route").read_text()
    except OSError:
        return None
    ways = {*_ways(routes), *_ways6(root / "proc/net/ipv6_route")}
    return any(_carries(root / "sys/class/net" / way) for way in ways)


def _ways(table: str) -> Iterator[str]:
    """The interfaces of the default routes: Iface, Destination, Gateway, Flags, …"""
    for row in table.splitlines()[1:]:
        fields = row.split()
        if len(fields) > 7 and fields[1] == fields[7] == ANYWHERE and int(fields[3], 16) & UP:
            yield fields[0]


def _ways6(path: Path) -> Iterator[str]:
    """The same of IPv6: destination, its length, …, flags, interface. Its refusals are on lo."""
    try:
        table = path.read_text()
    except OSError:
        return
    for row in table.splitlines():
        fields = row.split()
        if len(fields) == 10 and fields[:2] == [4 * ANYWHERE, "00"] and fields[9] != "lo":
            yield fields[9]


def _carries(interface: Path) -> bool:
    """Whether a cable, radio or modem is there; what has no carrier to read is believed."""
    try:
        return (interface / "carrier").read_text().strip() == "1"
    except FileNotFoundError:
        return interface.exists()
    except OSError:  # EINVAL: the interface is switched off
        return False


def _read(path: Path) -> Weather | None:
    try:
        known = json.loads(path.read_bytes())
        return Weather(bool(known["up"]), instant(known["since"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("since when the line is as it is was lost: %s", error)
        return None


def _write(path: Path, weather: Weather) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps({"v": 1, "up": weather.up, "since": stamp(weather.since)}))
        draft.replace(path)
    except OSError as error:
        log.warning("since when the line is as it is will be lost at a restart: %s", error)
