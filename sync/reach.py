"""How far this machine reaches, as its mesh last found it, kept in memory: every page asks.

Where no mesh runs there is no such document, and nothing is said of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync.clock import instant
from sync.database import Database
from sync.documents import sound
from sync.documents.kind import Document
from sync.documents.reach import HERE, REACH
from sync.fresh import Fresh

ID = REACH.id(HERE)


@dataclass(frozen=True)
class Fact:
    """Whether something is so, and since when it is, or is not."""

    up: bool
    since: datetime


@dataclass(frozen=True)
class Reach:
    """What this machine reaches; the facts are None where nobody can know, or there is none.

    ``alone``: whether not one other hall is reached. ``next``: when it is tried again. ``peers``:
    as :data:`sync.documents.node.PEERS` has them.
    """

    internet: Fact | None
    landlord: Fact | None
    alone: Fact | None
    next: datetime | None
    peers: tuple[Document, ...]

    def peer(self, node: str) -> Document | None:
        """The peer with this id; None for one that is not known here."""
        return next((peer for peer in self.peers if peer["id"] == node), None)


class Lookout:
    """Looks how far one machine reaches. Safe to share between threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._known = Fresh(self._read, None, lambda _: True, clock)

    def reach(self) -> Reach | None:
        """What was last found; None where no mesh says it, or it makes no sense."""
        return self._known.get()

    def forget(self) -> None:
        """Read anew at the next question: something changed."""
        self._known.forget()

    def _read(self) -> Reach | None:
        found = self._database.get("node", ID)
        document = next(sound([found]), None) if found else None
        return reach_of(document) if document and document["kind"] == REACH.name else None


def reach_of(document: Document) -> Reach:
    """What a valid document of the kind says."""
    internet, landlord, alone = (_fact(document.get(x)) for x in ("internet", "landlord", "alone"))
    again = instant(document["next"]) if "next" in document else None
    return Reach(internet, landlord, alone, again, tuple(document.get("peers", [])))


def _fact(said: Document | None) -> Fact | None:
    return Fact(said["up"], instant(said["since"])) if said else None
