"""Which staircase each household lives in, kept for a moment: every page asks."""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from sync.database import Database
from sync.documents.account import HOUSEHOLD
from sync.errors import SyncError

FRESH: Final = 60.0
"""Seconds for which a household is taken not to have moved."""

MOST: Final = 256
"""Households kept: more than any node has screens."""


class Homes:
    """The homes of those who are signed in. Safe to share between threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def staircase(self, household: str) -> str:
        """The slug of the household's staircase; "" when it is not known.

        While the database is away, what was known goes on being said.
        """
        with self._lock:
            read_at, slug = self._known.get(household, (-FRESH, ""))
        if self._clock() - read_at >= FRESH:
            with contextlib.suppress(SyncError):
                slug = self._read(household)
        return slug

    def _read(self, household: str) -> str:
        found = self._database.get("accounts", HOUSEHOLD.id(household))
        slug = str(found["staircase"]) if found and HOUSEHOLD.is_valid(found) else ""
        with self._lock:
            self._known.pop(household, None)
            if slug:
                self._known[household] = (self._clock(), slug)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return slug
