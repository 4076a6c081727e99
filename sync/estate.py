"""What every page needs of the estate, kept in memory: its places and its emergencies."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sync.database import Database
from sync.documents import is_expired, sound
from sync.documents.announced import concerns
from sync.documents.kind import Document
from sync.documents.withdrawal import withdrawal_id
from sync.fresh import Fresh

SLUG: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*")
"""What other documents can name a place by (:data:`sync.documents.kind.PLACE`)."""


class _Known(NamedTuple):
    places: Mapping[str, Document]
    emergencies: tuple[Document, ...]


class Estate:
    """The places and emergencies of one node's estate. Safe to share between threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._places: Mapping[str, Document] = {}
        self._known = Fresh(self._read, _Known({}, ()), lambda known: bool(known.places), clock)

    def places(self) -> Mapping[str, Document]:
        """Every place by slug. Empty when none was ever read."""
        return self._known.get().places

    def emergencies(self, now: datetime, places: tuple[str, ...]) -> list[Document]:
        """The emergencies that stand at ``now`` for who is at ``places``, newest first."""
        return [
            emergency
            for emergency in self._known.get().emergencies
            if not is_expired(emergency, now) and (concerns(emergency, places) or not places)
        ]

    def forget(self) -> None:
        """Read anew at the next question: something changed."""
        self._known.forget()

    def _read(self) -> _Known:
        found = self._database.range("estate", "place:", "place;")
        alarms = list(sound(self._database.range("estate", "emergency:", "emergency;")))
        gone = self._database.many("estate", [withdrawal_id(alarm["_id"]) for alarm in alarms])
        standing = [a for a, withdrawn in zip(alarms, gone, strict=True) if withdrawn is None]
        named = {d["_id"].removeprefix("place:"): d for d in sound(found)}
        places = {slug: place for slug, place in named.items() if SLUG.fullmatch(slug)}
        if places != self._places:  # what is worked out from them stands while they are the same
            self._places = places
        newest = sorted(standing, key=lambda alarm: alarm["at"], reverse=True)
        return _Known(self._places, tuple(newest))
