"""What every page needs of the estate, kept in memory: its places and its emergencies."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sync import alarms
from sync.alarms import Alarm
from sync.database import Database
from sync.documents import is_expired, sound
from sync.documents.announced import concerns
from sync.documents.kind import Document
from sync.fresh import Fresh
from sync.mesh.identity.witness import Witness

SLUG: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*")
"""What other documents can name a place by (:data:`sync.documents.kind.PLACE`)."""


class _Known(NamedTuple):
    places: Mapping[str, Document]
    alarms: tuple[Alarm, ...]


class Estate:
    """The places and emergencies of one node's estate. Safe to share between threads.

    ``witness`` tells whose emergencies count; None where the node belongs to no estate.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.monotonic,
        witness: Witness | None = None,
    ) -> None:
        self._database, self._witness = database, witness
        self._places: Mapping[str, Document] = {}
        self._known = Fresh(self._read, _Known({}, ()), lambda known: bool(known.places), clock)

    def places(self) -> Mapping[str, Document]:
        """Every place by slug. Empty when none was ever read."""
        return self._known.get().places

    def emergencies(self, now: datetime, places: tuple[str, ...]) -> list[Document]:
        """The emergencies that stand at ``now`` for who is at ``places``, newest first.

        Nowhere (no ``places``) one hears all that the landlord says, and no hall's own.
        """
        return [
            emergency
            for emergency, within in self._standing(now)
            if (within in places or not within) and (concerns(emergency, places) or not places)
        ]

    def all_emergencies(self, now: datetime) -> list[Document]:
        """Those that stand at ``now`` anywhere, newest first."""
        return [emergency for emergency, _ in self._standing(now)]

    def _standing(self, now: datetime) -> list[Alarm]:
        return [alarm for alarm in self._known.get().alarms if not is_expired(alarm.document, now)]

    def forget(self) -> None:
        """Read anew at the next question: something changed."""
        self._known.forget()

    def _read(self) -> _Known:
        found = self._database.range("estate", "place:", "place;")
        standing = alarms.standing(self._database, self._witness)
        named = {d["_id"].removeprefix("place:"): d for d in sound(found)}
        places = {slug: place for slug, place in named.items() if SLUG.fullmatch(slug)}
        if places != self._places:  # what is worked out from them stands while they are the same
            self._places = places
        newest = sorted(standing, key=lambda alarm: str(alarm.document["at"]), reverse=True)
        return _Known(self._places, tuple(newest))
