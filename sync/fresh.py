"""What every page asks for and the database need not be asked for each time: kept in memory.

Read again after a moment or when told that something changed; when the database does not answer,
what was known goes on being served: an emergency must not vanish with a killed process.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from sync.errors import SyncError

log = logging.getLogger(__name__)

T = TypeVar("T")

FRESH: Final = 2.0
"""Seconds for which what was read is taken to be so still, when nothing says otherwise."""

SOON: Final = 0.2
"""Seconds before the next try while nothing is known yet: the database is just starting."""


class Fresh(Generic[T]):
    """One thing of the database as last read, ``first`` until then. Safe to share between threads.

    ``suffices``: whether what was read is worth going on with while it is read anew.
    """

    def __init__(
        self,
        read: Callable[[], T],
        first: T,
        suffices: Callable[[T], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._value = first
        self._suffices = suffices
        self._known = False
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = -FRESH
        self._changes = self._followed = 0

    def get(self) -> T:
        """What is known, read again when it is time.

        One thread reads, others go on with what is known: a database that hangs must not hold up
        every page. They wait only where nothing is known yet, or where something has changed.
        """
        if self._lock.acquire(blocking=self._is_outdated or not self._known):
            try:
                if self._is_outdated or self._clock() - self._read_at >= self._pause:
                    self._renew()
            except SyncError as error:
                log.info("what was known goes on being said: %s", error)
            finally:
                self._lock.release()
        return self._value

    def forget(self) -> None:
        """Read anew at the next question: something changed."""
        self._changes += 1

    @property
    def _is_outdated(self) -> bool:
        return self._followed < self._changes

    @property
    def _pause(self) -> float:
        return FRESH if self._known else SOON

    def _renew(self) -> None:
        changes = self._changes
        try:
            self._value = self._read()
            self._known = self._suffices(self._value)
        finally:  # a failure too is believed for a moment: nobody waits twice for a frozen database
            self._followed, self._read_at = changes, self._clock()
