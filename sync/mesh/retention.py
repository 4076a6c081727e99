"""What a node no longer keeps, purged without a trace that could come back.

Run by the mesh now and then, in a thread of its own: it reads every document once, a page at a
time. Nothing is purged while time is in doubt. What is found to be over is judged by each of its
leaves: one that is to stay keeps the others.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from sync import upkeep
from sync.database import Database
from sync.documents import KINDS
from sync.documents.erasure import named
from sync.documents.kind import Document
from sync.mesh import graves
from sync.mesh.carrying import unheld
from sync.mesh.here import ELSEWHERE, Here, date_of, kept_here

GRACE: Final = timedelta(days=7)
"""Between a document's end, from which nobody serves it, and its purge."""

HOUSEHOLDS: Final = ("private", "private-media")
KEPT: Final = ("estate", "estate-media", *HOUSEHOLDS, "accounts", "usage")
"""The databases that the sweep reads, media after what they belong to."""

OWNERS: Final = {"event": "report", "receipt": "item", "photo": "owner"}
"""By kind, the field that names what a fact or a photo belongs to."""


HELD: Final = ("elsewhere", "orphan")
"""Reasons that let go only of what another machine is known to keep."""


class Time(Protocol):
    """Estate time, and whether it is beyond doubt: :class:`sync.time.estate.EstateClock`."""

    def now(self) -> datetime:
        """Estate time."""

    @property
    def certain(self) -> bool:
        """Whether it is beyond doubt."""


def sweep(database: Database, clock: Time, here: Here, pause: float = 0.0) -> Counter[str]:
    """Purge what is over, and say how many documents went for which reason.

    "expired", "erased", "elsewhere" (not kept on this node), "orphan" (what it belongs to has been
    gone for a month), "tombstone". ``pause``: seconds to leave to others after each page.
    """
    told: Counter[str] = Counter()
    for db in KEPT:
        for page in upkeep.walk(database, db):
            if not clock.certain:
                return told
            told.update(_purge(database, db, page, _Rules(database, db, clock.now(), here)))
            time.sleep(pause)
    if clock.certain:
        told["tombstone"] = graves.close(database, clock.now())
    return told


class _Rules:
    """Why documents of one database go at one moment."""

    def __init__(self, database: Database, db: str, at: datetime, here: Here) -> None:
        self._database = database
        self._db = db
        self._at = at
        self._here = here

    def reasons(self, documents: Sequence[Document]) -> dict[str, str]:
        """By id, why each document goes that goes."""
        due = {d["_id"]: why for d in documents if (why := self._reason(d))}
        rest = [d for d in documents if d["_id"] not in due]
        due |= dict.fromkeys(self._orphans(rest), "orphan")
        leaving = [d for d in documents if due.get(d["_id"]) in HELD]
        for document in unheld(self._database, self._db, self._here, leaving):
            del due[document["_id"]]
        return due

    def _reason(self, document: Document) -> str:
        if not named(document).isdisjoint(self._here.erased):
            return "erased"
        end = end_of(document)
        if end and end <= self._at - GRACE:
            return "expired"
        if self._db in HOUSEHOLDS:
            kept = kept_here(document["_id"], self._at, self._here, document)
            return "" if kept else "elsewhere"
        return ""

    def _orphans(self, documents: Iterable[Document]) -> Iterator[str]:
        """What belongs to something that is not here, and is too old to have come before it."""
        owners: dict[str, dict[str, str]] = {}
        for document in documents:
            owner = str(document.get(OWNERS.get(str(document.get("kind")), ""), ""))
            when = date_of(document["_id"], document)
            db = _database_of(owner)
            if db and when and when < self._at - ELSEWHERE:
                owners.setdefault(db, {})[document["_id"]] = owner
        for db, owned in owners.items():
            there = self._database.many(db, list(owned.values()))
            yield from (id for id, owner in zip(owned, there, strict=True) if owner is None)


def _database_of(id: str) -> str:
    """Where the document with an id lies, by the kind in it; "" for a kind that we do not know."""
    return next((KINDS[part].database for part in id.split(":")[:2] if part in KINDS), "")


def end_of(document: Document) -> datetime | None:
    """When a document ends; None for what is not sound or of a kind that we do not know."""
    kind = KINDS.get(str(document.get("kind")))
    if kind is None or not kind.is_valid(document):
        return None
    try:
        return kind.expires(document)
    except (ValueError, OverflowError):
        return None


def _purge(database: Database, db: str, page: Sequence[Document], rules: _Rules) -> Counter[str]:
    """Purge what goes of a page of documents, with all their leaves."""
    due = rules.reasons(page)
    gone: Counter[str] = Counter()
    for batch in upkeep.batches(due):
        found = upkeep.leaves(database, db, batch)
        going = {id: each for id, each in found.items() if _all_go(each, rules)}
        upkeep.purge(database, db, {id: upkeep.revisions(each) for id, each in going.items()})
        gone.update(due[id] for id in going)
    return gone


def _all_go(leaves: Iterable[Document], rules: _Rules) -> bool:
    """Whether each leaf that is not deleted is to go; a lone one is known to."""
    living = [leaf for leaf in leaves if not leaf.get("_deleted")]
    return len(living) < 2 or all(rules.reasons([leaf]) for leaf in living)
