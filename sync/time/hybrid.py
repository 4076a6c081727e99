"""A hybrid logical clock: what is written next comes after everything that was seen.

After Kulkarni et al., "Logical Physical Clocks" (2014), section 6: the counter lies in the lowest
digits of the time itself, here milliseconds, so that a stamp stays a stamp.
"""

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sync.clock import LEAD, instant, now, stamp
from sync.documents.kind import Document

log = logging.getLogger(__name__)

TICK: Final = timedelta(milliseconds=1)

RESERVE: Final = timedelta(minutes=1)
"""How far beyond itself a clock that runs ahead notes its place: it is written once for so long."""


class Hybrid:
    """The stamps of one process. Safe to share between threads.

    ``time`` is estate time. ``path``: where it notes how far ahead of that it has come, so that a
    restart does not go back; without one it forgets.
    """

    def __init__(self, time: Callable[[], datetime] = now, path: Path | None = None) -> None:
        self._time = time
        self._path = path
        self._lock = threading.Lock()
        self._noted = self._last = _read(path)

    def stamp(self) -> str:
        """The stamp of :meth:`tick`."""
        return stamp(self.tick())

    def tick(self) -> datetime:
        """An instant that comes after every one that this gave or saw.

        Unless what it gave or saw lies more than :data:`sync.clock.LEAD` past estate time, as after
        a clock that was years ahead and is put right: such stamps count for nothing anywhere.
        """
        with self._lock:
            at = _cut(self._time())
            if self._last is not None and at <= self._last <= at + LEAD:
                at = self._last + TICK
            self._last = at
            self._note()
            return at

    def see(self, text: str) -> bool:
        """Take note of a stamp that came from elsewhere; whether it is one that counts.

        What is no stamp, or lies beyond the hour, moves nothing.
        """
        try:
            seen = _up(instant(text))
        except (ValueError, TypeError, OverflowError):
            return False
        with self._lock:
            at = _cut(self._time())
            if seen > at + LEAD:
                return False
            if self._last is None or seen > self._last or self._last > at + LEAD:
                self._last = seen
                self._note()
            return True

    def meet(self, document: Document) -> None:
        """See the stamps of a document that came in: when it was written, when edited."""
        for field in ("at", "edited"):
            if isinstance(document.get(field), str):
                self.see(document[field])

    def _note(self) -> None:
        """Write down the place of a clock that runs ahead, with room to go on."""
        if self._path is None or self._last is None or self._last <= self._time() + TICK:
            return
        if self._noted is None or self._last > self._noted:
            self._noted = self._last + RESERVE
            _write(self._path, self._noted)


def _cut(at: datetime) -> datetime:
    """An instant on the milliseconds that stamps are made of."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _up(at: datetime) -> datetime:
    """The first millisecond that is not before a stamp, which may be written finer."""
    if at.utcoffset() is None:
        raise ValueError("a stamp says which instant it is")
    cut = _cut(at)
    return cut if cut == at else cut + TICK


def _read(path: Path | None) -> datetime | None:
    try:
        return _up(instant(path.read_text())) if path else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, OverflowError) as error:
        log.warning("how far ahead stamps had come is lost: %s", error)
        return None


def _write(path: Path, at: datetime) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(stamp(at))
        draft.replace(path)
    except OSError as error:
        log.warning("how far ahead stamps have come is not kept: %s", error)
