"""A node that was away for longer than tombstones live: emptied, and cloned anew from its peers.

What was deleted and purged meanwhile it would else bring back to life. What was written on it and
is not known to have left is laid aside in a file first, and written back, revisions and all.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from sync import upkeep
from sync.clock import instant, stamp
from sync.database import Database
from sync.documents.fault import METOO
from sync.documents.kind import Document
from sync.errors import Conflict, Missing
from sync.indexes import INDEXES
from sync.mesh import carrying, graves
from sync.mesh.carrying import departure_id, unsent
from sync.mesh.here import Here
from sync.mesh.retention import Time

log = logging.getLogger(__name__)

NAME: Final = "unsent.jsonl"
"""Of the file in DIR: one leaf a line, after its database."""

CONTACT: Final = "contact:here"
EVERY: Final = timedelta(hours=1)
"""A meeting is written down at most this often."""

EMPTIED: Final = tuple(db for db in INDEXES if db != "node")
WHOLE: Final = 5
"""Leaves read and written at once with their photos."""


def met(database: Database, at: datetime) -> None:
    """Note that all that a hall or the landlord had has come in: to be said of each such time."""
    known = database.get("node", CONTACT)
    if known and abs(at - instant(known["at"])) < EVERY:
        return
    told = {"_id": CONTACT, "kind": "contact", "v": 1, "at": stamp(at)}
    with suppress(Conflict):  # another replication has said it at this very moment
        database.put("node", {**told, "_rev": known["_rev"]} if known else told)


def absent(database: Database, clock: Time) -> bool:
    """Whether this node has met no other for longer than tombstones live.

    Not while time is in doubt: a clock at 2040 must empty no hall. Nor where it has never met any.
    """
    known = database.get("node", CONTACT)
    return bool(known and clock.certain and instant(known["at"]) + graves.LIVING < clock.now())


def renew(database: Database, clock: Time, here: Here, path: Path) -> int | None:
    """Empty and fill anew a node that was absent; None where there is nothing to do.

    To be called at the start, before any replication; ``path`` is DIR/unsent.jsonl. Returns how
    many leaves of its own it keeps, to be offered to its peers. Killed at any moment, it goes on
    from there when it is called again.
    """
    if not path.exists():
        if not absent(database, clock):
            return None
        _lay_aside(database, here, path)
    log.warning("this node was away too long: it is emptied, and cloned anew")
    for db in EMPTIED:
        with suppress(Missing):
            upkeep.drop(database, db)
    database.create_all()
    graves.reset(database)
    carrying.reset(database)
    kept = _write_back(database, path)
    met(database, clock.now())
    path.unlink()
    return kept


def own(database: Database, db: str, here: Here) -> Iterator[list[str]]:
    """The ids of what was written here and is not known to have left, a page at a time.

    Deletions too; and every "me too", which does not say where it was said.
    """
    for page in upkeep.rows(database, db):
        winners = [row.winner for row in page]
        metoos = [winner["_id"] for winner in winners if winner.get("kind") == METOO.name]
        left = database.many("node", [departure_id(id) for id in metoos])
        said = [id for id, gone in zip(metoos, left, strict=True) if gone is None]
        yield [*(document["_id"] for document in unsent(database, here, winners)), *said]


def _lay_aside(database: Database, here: Here, path: Path) -> None:
    """Write this node's own leaves to the file, which is there only once it is whole."""
    draft = path.with_name(f".{path.name}")
    with open(draft, "w", encoding="utf-8", opener=_private) as file:
        for db in EMPTIED:
            for ids in own(database, db, here):
                for leaf in _whole(database, db, ids):
                    file.write(json.dumps([db, leaf], ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _whole(database: Database, db: str, ids: Iterable[str]) -> Iterator[Document]:
    left = iter(ids)
    while batch := list(islice(left, WHOLE)):
        for leaves in upkeep.leaves(database, db, batch, whole=True).values():
            yield from leaves


def _write_back(database: Database, path: Path) -> int:
    count = 0
    with path.open(encoding="utf-8") as file:
        for line in file:
            db, leaf = json.loads(line)
            upkeep.graft(database, db, [leaf])
            count += 1
    return count
