"""What every page needs of the estate, kept in memory: its places and its emergencies.

Read again after a moment or when told that something changed; when the database does not answer,
what was known goes on being served: an emergency must not vanish with a killed process.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sync.database import Database
from sync.documents import sound
from sync.documents.announced import concerns
from sync.documents.kind import Document
from sync.documents.withdrawal import withdrawal_id
from sync.errors import SyncError

FRESH: Final = 2.0
"""Seconds for which what was read is taken to be so still, when nothing says otherwise."""


class Estate:
    """The places and emergencies of one node's estate. Safe to share between threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = -FRESH
        self._places: Mapping[str, Document] = {}
        self._emergencies: tuple[Document, ...] = ()

    def places(self) -> Mapping[str, Document]:
        """Every place by slug. Empty when none was ever read."""
        self._refresh()
        return self._places

    def emergencies(self, now: datetime, places: tuple[str, ...]) -> list[Document]:
        """The emergencies that stand at ``now`` for who is at ``places``, newest first."""
        self._refresh()
        return [
            emergency
            for emergency in sound(self._emergencies, now)
            if concerns(emergency, places) or not places
        ]

    def forget(self) -> None:
        """Read anew at the next question: something changed."""
        self._read_at = -FRESH

    def _refresh(self) -> None:
        with self._lock:
            if self._clock() - self._read_at < FRESH:
                return
            self._read_at = self._clock()
            try:
                self._read()
            except SyncError:
                return

    def _read(self) -> None:
        found = self._database.range("estate", "place:", "place;")
        alarms = self._database.range("estate", "emergency:", "emergency;", descending=True)
        ids = [withdrawal_id(alarm["_id"]) for alarm in alarms]
        gone = self._database.many("estate", ids)
        self._places = {d["_id"].removeprefix("place:"): d for d in sound(found)}
        self._emergencies = tuple(
            alarm for alarm, withdrawn in zip(alarms, gone, strict=True) if withdrawn is None
        )
