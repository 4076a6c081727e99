"""The faults of shared places, as anyone may see them: which stand open, and how many have each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from sync.clock import now as estate_time
from sync.clock import stamp
from sync.database import Database
from sync.documents import sound
from sync.documents.fault import FAULT, METOO, PROGRESS, neighbours
from sync.documents.kind import Document, Kind
from sync.documents.merge import in_order

RECENT: Final = timedelta(days=60)
"""An older fault that nobody closed is taken for forgotten: it is not offered to join."""

SETTLED: Final = frozenset({"done", "closed"})

MOST: Final = 60
"""Faults looked at for one place: more are a flood, and the oldest of them are passed over."""


@dataclass(frozen=True)
class Fault:
    """A fault, who has it too, and what the landlord says of it to all, oldest first."""

    document: Document
    metoos: tuple[Document, ...]
    progress: tuple[Document, ...]

    @property
    def id(self) -> str:
        """Its id, as reports and "me too" name it."""
        return str(self.document["_id"])

    @property
    def key(self) -> str:
        """The last part of its id."""
        return self.id.partition(":")[2]

    @cached_property
    def count(self) -> int:
        """How many households have it."""
        return neighbours(self.metoos)

    def has(self, household: str) -> bool:
        """Whether this household has said that it has it."""
        return any(metoo["household"] == household for metoo in self.metoos)

    def others(self, household: str) -> int:
        """How many households have it beside this one."""
        return self.count - self.has(household)

    @property
    def state(self) -> str | None:
        """The last thing the landlord said of it."""
        return self.progress[-1]["state"] if self.progress else None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be mended."""
        return self.state not in SETTLED


def one(database: Database, id: str) -> Fault | None:
    """The fault with this id; None when there is none here."""
    found = database.get("estate", id)
    return next((told(database, document) for document in sound([found] if found else [])), None)


def told(database: Database, document: Document) -> Fault:
    """A fault with what was said of it since."""
    key = document["_id"].partition(":")[2]
    metoos = tuple(_about(database, METOO, f"{key}:"))
    return Fault(document, metoos, progress(database, document["_id"]))


def progress(database: Database, id: str) -> tuple[Document, ...]:
    """What the landlord says to all of the fault with this id, oldest first.

    What a clock gone wrong has dated comes before all of it.
    """
    return tuple(in_order(_about(database, PROGRESS, f"{id.partition(':')[2]}."), estate_time()))


def _about(database: Database, kind: Kind, start: str) -> Sequence[Document]:
    low = kind.id(start)
    return list(sound(database.range("estate", low, low[:-1] + chr(ord(low[-1]) + 1))))


def recent(database: Database, places: Iterable[str], now: datetime) -> list[Document]:
    """The faults declared at these places of late, newest first."""
    asked = {
        "kind": FAULT.name,
        "at": {"$gte": stamp(now - RECENT)},
        "place": {"$in": sorted(places)},
    }
    order = [{"kind": "desc"}, {"at": "desc"}]
    return list(sound(database.find("estate", asked, sort=order, limit=MOST), now))


def open_at(database: Database, category: str, place: str, now: datetime) -> Fault | None:
    """What is open there already; of several the one that most have, then the smallest id.

    Two screens that were apart may each have made one: both stand, everyone picks the same.
    """
    alike = [d for d in recent(database, [place], now) if d["category"] == category]
    faults = [fault for fault in (told(database, d) for d in alike) if fault.is_open]
    return min(faults, key=lambda fault: (-fault.count, fault.id), default=None)


def counts(database: Database, places: Iterable[str], now: datetime) -> Mapping[str, int]:
    """By category, how many households have the open fault that most have at one of the places.

    Kept until anything public changes: every first page of a report asks for it.
    """
    asked = frozenset(places)
    key = ("counts", asked, now.date())
    return database.kept("estate", key, lambda: _counts(database, asked, now))


def _counts(database: Database, places: Iterable[str], now: datetime) -> Mapping[str, int]:
    """By category, how many households have the open fault that most have at one of the places."""
    most: dict[str, int] = {}
    for document in recent(database, places, now):
        fault = told(database, document)
        if fault.is_open:
            category = document["category"]
            most[category] = max(most.get(category, 0), fault.count)
    return most
