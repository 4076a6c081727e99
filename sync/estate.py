"""What every page needs of the estate, kept in memory: its places and its emergencies.

Read again after a moment or when told that something changed; when the database does not answer,
what was known goes on being served: an emergency must not vanish with a killed process.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sync.database import Database
from sync.documents import is_expired, sound
from sync.documents.announced import concerns
from sync.documents.kind import Document
from sync.documents.withdrawal import withdrawal_id
from sync.errors import SyncError

log = logging.getLogger(__name__)

FRESH: Final = 2.0
"""Seconds for which what was read is taken to be so still, when nothing says otherwise."""

SLUG: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*")
"""What other documents can name a place by (:data:`sync.documents.kind.PLACE`)."""

SOON: Final = 0.2
"""Seconds before the next try while nothing is known yet: the database is just starting."""


class Estate:
    """The places and emergencies of one node's estate. Safe to share between threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = -FRESH
        self._changes = self._followed = 0
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
            for emergency in self._emergencies
            if not is_expired(emergency, now) and (concerns(emergency, places) or not places)
        ]

    def forget(self) -> None:
        """Read anew at the next question: something changed."""
        self._changes += 1

    @property
    def _is_outdated(self) -> bool:
        return self._followed < self._changes

    def _refresh(self) -> None:
        """Read when it is time.

        One thread reads, others go on with what is known: a database that hangs must not hold up
        every page. They wait only where nothing is known yet, or where something has changed.
        """
        if not self._lock.acquire(blocking=self._is_outdated or not self._places):
            return
        try:
            fresh = FRESH if self._places else SOON
            if self._is_outdated or self._clock() - self._read_at >= fresh:
                self._read()
        except SyncError as error:
            log.info("the estate stays as it was: %s", error)
        finally:
            self._lock.release()

    def _read(self) -> None:
        changes = self._changes
        try:
            self._read_all()
        finally:  # a failure too is believed for a moment: nobody waits twice for a frozen database
            self._followed, self._read_at = changes, self._clock()

    def _read_all(self) -> None:
        found = self._database.range("estate", "place:", "place;")
        alarms = list(sound(self._database.range("estate", "emergency:", "emergency;")))
        gone = self._database.many("estate", [withdrawal_id(alarm["_id"]) for alarm in alarms])
        standing = [a for a, withdrawn in zip(alarms, gone, strict=True) if withdrawn is None]
        named = {d["_id"].removeprefix("place:"): d for d in sound(found)}
        places = {slug: place for slug, place in named.items() if SLUG.fullmatch(slug)}
        if places != self._places:  # what is worked out from them stands while they are the same
            self._places = places
        self._emergencies = tuple(sorted(standing, key=lambda a: a["at"], reverse=True))
