"""The clock of the estate: the machine's, judged by what is kept and by what peers say.

The mesh has the :class:`EstateClock`; the other processes of the node read what it keeps, by a
:class:`KeptClock`.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sync.clock import follow
from sync.time import kept
from sync.time.judge import NOTHING, Bounds, Judged, bounds, judge
from sync.time.kept import Kept

EVERY: Final = timedelta(minutes=1)
"""The latest time goes to disk at most this often."""

STEP: Final = timedelta(seconds=1)
"""A correction that has changed by more goes to disk at once."""

FRESH: Final = timedelta(days=1)
"""How long a peer's word is remembered: a clock loses seconds in a day."""

LOOK: Final = timedelta(seconds=1)
"""How often other processes look whether the file has changed."""


def system() -> datetime:
    """What the machine's clock shows."""
    return datetime.now(UTC)


def steady() -> timedelta:
    """The time since the machine started, asleep or not (CLOCK_BOOTTIME of clock_gettime(2)):
    nobody can set it."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return timedelta(seconds=time.monotonic() if boot is None else time.clock_gettime(boot))


class EstateClock:
    """The estate's time as this node knows it; one in a node, in the mesh's process.

    ``path`` is DIR/time.json. Used from one thread, or from several that only read.
    """

    def __init__(
        self,
        path: Path,
        limits: Bounds | None = None,
        system: Callable[[], datetime] = system,
        steady: Callable[[], timedelta] = steady,
    ) -> None:
        self._path = path
        self._limits = limits or bounds()
        self._system = system
        self._steady = steady
        self._kept = kept.read(path)
        self._kept_at = steady()
        self._written: timedelta | None = None
        self._heard: dict[str, tuple[datetime, timedelta]] = {}

    def hear(self, peer: str, there: datetime) -> None:
        """Take a peer's word for the time that its machine's clock shows just now.

        Of halls and the landlord, never of a home; the clock itself, not estate time: else halls
        that correct each other would wander off together. What cannot be right counts for nothing.
        """
        self._heard.pop(peer, None)
        if self._limits.hold(there):
            self._heard[peer] = (there, self._steady())

    def now(self) -> datetime:
        """Estate time."""
        return self._judged()[0].now

    @property
    def certain(self) -> bool:
        """Whether the time is beyond doubt: the machine's clock is not before what was kept or
        the program, not past the certificate, and within some minutes of the peers' median."""
        return self._judged()[0].certain

    def sure(self) -> datetime | None:
        """Estate time where it is beyond doubt: what rules that refuse or purge are given."""
        judged, _ = self._judged()
        return judged.now if judged.certain else None

    @property
    def ahead(self) -> timedelta:
        """By how much the machine's clock is ahead of estate time; zero while it is believed."""
        return self._judged()[1]

    def keep(self) -> None:
        """Put on disk what is known, when that is due: to be called every few seconds."""
        judged, ahead = self._judged()
        fresh = kept.following(self._kept, judged, ahead)
        turned = fresh.certain != self._kept.certain
        moved = abs(fresh.ahead - self._kept.ahead) > STEP.total_seconds()
        at = self._steady()
        if self._written is None or turned or moved or at - self._written >= EVERY:
            kept.write(self._path, fresh)
            self._written = at
            if judged.keep:
                self._kept_at = at
            self._kept = fresh

    def _judged(self) -> tuple[Judged, timedelta]:
        at, clock = self._steady(), self._system()
        words = [(there, then) for there, then in self._heard.values() if at - then <= FRESH]
        heard = [clock - (there + (at - then)) for there, then in words]
        known = replace(self._kept.known(at - self._kept_at), heard=heard)
        judged = judge(clock, self._limits, known)
        # A clock believed may stand a moment before what was kept: that is no correction.
        believed = judged.certain or judged.now == clock
        return judged, NOTHING if believed else clock - judged.now


class KeptClock:
    """The estate's time in a process beside the mesh: what that keeps, looked at each second.

    Without the file, the machine's clock within the bounds of the program's date.
    """

    def __init__(
        self,
        path: Path,
        system: Callable[[], datetime] = system,
        steady: Callable[[], timedelta] = steady,
    ) -> None:
        self._path = path
        self._system = system
        self._steady = steady
        self._limits = bounds()
        self._seen: tuple[int, int] | None = None
        self._kept, self._read_at = Kept(), steady()
        self._looked = self._read_at - LOOK

    def now(self) -> datetime:
        """Estate time."""
        return self._judged().now

    @property
    def certain(self) -> bool:
        """Whether the time is beyond doubt: here, and when the mesh judged it last."""
        return self._judged().certain and self._kept.certain

    def _judged(self) -> Judged:
        self._look()
        since = self._steady() - self._read_at
        return judge(self._system(), self._limits, self._kept.known(since))

    def _look(self) -> None:
        at = self._steady()
        if at - self._looked < LOOK:
            return
        self._looked = at
        seen = _version(self._path)
        if seen != self._seen:
            self._seen, self._read_at = seen, at
            self._kept = kept.read(self._path)


def follow_kept(data: Path) -> KeptClock:
    """Let this process go by the time that the mesh of the node in ``data`` has found, not by the
    machine's."""
    clock = KeptClock(data / kept.NAME)
    follow(clock.now)
    return clock


def _version(path: Path) -> tuple[int, int] | None:
    """What changes whenever the file is replaced."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
