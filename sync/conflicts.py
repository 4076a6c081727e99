"""What was written in two places at once: documents with several leaves, and what is shown of each.

Nothing is written here: the merged document is worked out each time it is read, and the next human
edit writes it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.clock import now
from sync.database import Database
from sync.documents import KINDS, sound
from sync.documents.kind import Document
from sync.documents.merge import weight
from sync.transport import told_apart

WATCHED: Final = ("estate", "private", "accounts")
"""The databases that travel between machines and in which a person writes."""

BATCH: Final = 2000
"""Changes asked for at a time: they come without their documents."""


@dataclass(frozen=True)
class Split:
    """A document with ``leaves``, newest first; ``shown``: what a reader gets.

    ``merges``: whether its kind has a rule that made ``shown`` of them all; else it is the leaf
    that every CouchDB picks.
    """

    shown: Document
    leaves: tuple[Document, ...]
    merges: bool


class Conflicts:
    """The split documents of one node. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._since = dict.fromkeys(WATCHED, "0")
        self._suspects: dict[tuple[str, str], None] = {}

    def found(self) -> list[Split]:
        """Every document that has several leaves now, those last edited first.

        Raises :class:`sync.errors.Unreachable` and its kin.
        """
        with self._lock:
            for db in WATCHED:
                self._read(db)
            suspects = list(self._suspects)
        at = now()
        splits = (split(self._database.leaves(*suspect), at) for suspect in suspects)
        return sorted(filter(None, splits), key=lambda s: weight(s.leaves[0], at), reverse=True)

    def _read(self, db: str) -> None:
        """Take what has come since. A leaf that was deleted counts too: hence suspects."""
        more = True
        while more:
            with told_apart():
                answer = self._database.client.post_changes(
                    db=db, since=self._since[db], limit=BATCH, style="all_docs"
                ).get_result()
            rows, self._since[db] = answer["results"], str(answer["last_seq"])
            for row in rows:
                self._take(db, str(row["id"]), len(row["changes"]))
            more = len(rows) == BATCH

    def _take(self, db: str, id: str, leaves: int) -> None:
        self._suspects.pop((db, id), None)
        if leaves > 1 and len(self._database.leaves(db, id)) > 1:
            self._suspects[db, id] = None


def split(leaves: Sequence[Document], at: datetime) -> Split | None:
    """The leaves of one document, the winner first, as one reads them; None for less than two.

    ``at``: estate time, by which stamps are judged.
    """
    valid = list(sound(leaves))
    if len(valid) < 2:
        return None
    merge = KINDS[valid[0]["kind"]].merge
    newest = tuple(sorted(valid, key=lambda leaf: weight(leaf, at), reverse=True))
    return Split(merge(newest, at) if merge else valid[0], newest, merge is not None)
