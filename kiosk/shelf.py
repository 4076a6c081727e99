"""Where sealed drafts lie: in the node's own database, and before it in memory while it is away."""

import logging
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from sync.database import Database
from sync.documents import sound
from sync.documents.draft import DRAFT
from sync.documents.kind import Document
from sync.errors import Conflict, SyncError, Unreachable

log = logging.getLogger(__name__)

WAITING: Final = 50
"""Drafts that wait in memory for the database; the oldest makes room."""

SWEEP: Final = timedelta(minutes=10)
_TRIES: Final = 3


class Shelf:
    """The sealed drafts of one node; one of a person and form. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._waiting: OrderedDict[str, Document] = OrderedDict()
        self._swept: datetime | None = None

    def put(self, draft: Document) -> bool:
        """Lay a draft down in place of an earlier one; False when that failed for good.

        While the database is away it waits in memory, and is written once it is back.
        """
        try:
            self._write(draft)
        except Unreachable as error:
            log.warning("a sealed draft waits for the database: %s", error)
            with self._lock:
                self._waiting[draft["_id"]] = draft
                while len(self._waiting) > WAITING:
                    self._waiting.popitem(last=False)
        except SyncError as error:
            log.error("a draft is not kept: %s", error)
            return False
        return True

    def _write(self, draft: Document) -> None:
        for turn in range(_TRIES):
            standing = self._database.get("node", draft["_id"])
            revision = {"_rev": standing["_rev"]} if standing else {}
            try:
                self._database.put("node", {**draft, **revision})
            except Conflict:  # the same form, twice at this very moment
                if turn == _TRIES - 1:
                    raise
            else:
                return

    def of(self, person: str, now: datetime) -> list[Document]:
        """The drafts that name this person; those that are not sound are set aside, and told."""
        self._flush()
        start = DRAFT.id(person)
        rows = self._database.range("node", f"{start}:", f"{start};")
        good = list(sound(rows))
        if len(good) < len(rows):
            log.warning("%d drafts are set aside: they are not sound", len(rows) - len(good))
        return list(sound(good, now))

    def drop(self, id: str) -> None:
        """Delete a draft, whether it is here or waits; without one, nothing."""
        with self._lock:
            self._waiting.pop(id, None)
        for _ in range(_TRIES):
            standing = self._database.get("node", id)
            try:
                if standing:
                    self._database.delete("node", standing)
            except Conflict:
                continue
            return

    def tidy(self, now: datetime) -> None:
        """Write what waits; now and then delete what has ended."""
        try:
            self._flush()
            if self._swept is None or abs(now - self._swept) >= SWEEP:
                self._swept = now
                self.sweep(now)
        except SyncError as error:
            log.info("drafts are tidied later: %s", error)

    def _flush(self) -> None:
        with self._lock:
            waiting = list(self._waiting.items())
        for id, draft in waiting:
            self._write(draft)
            with self._lock:
                if self._waiting.get(id) is draft:
                    del self._waiting[id]

    def sweep(self, now: datetime) -> int:
        """Delete the drafts that have ended, and what only calls itself one; returns how many."""
        rows = self._database.range("node", f"{DRAFT.name}:", f"{DRAFT.name};")
        good = {row["_id"] for row in sound(rows, now)}
        graves = [
            {"_id": row["_id"], "_rev": row["_rev"], "kind": DRAFT.name, "_deleted": True}
            for row in rows
            if row["_id"] not in good
        ]
        return sum(row.rev is not None for row in self._database.bulk("node", graves))
