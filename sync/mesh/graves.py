"""When tombstones were first seen here: a tombstone itself does not say.

A deleted document keeps its kind, audience and origin, and no date, so that two halls that delete
one make the same tombstone. So each node notes by the day which ones it has come to know, in its
own ``node`` database, and purges them 180 days later by its own book. One that comes back by a
replication that begins anew is seen for the first time again: it holds nothing, and ends in turn.
In ``node``, which goes nowhere, tombstones are of use to nobody and go at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sync import upkeep
from sync.clock import today
from sync.database import Database
from sync.documents.kind import Document
from sync.indexes import INDEXES

LIVING: Final = timedelta(days=180)
"""How long a tombstone tells absent nodes of a deletion; who is absent longer begins anew."""

BOOK: Final = "graves"
OWN: Final = "node"


def close(database: Database, at: datetime) -> int:
    """Note the tombstones that are new, purge those whose time has come; how many went."""
    purged = 0
    for db in INDEXES:
        if db == OWN:
            continue
        _note(database, db, today(at).isoformat())
        purged += _close(database, db, today(at - LIVING).isoformat())
    return purged + _clear(database)


def reset(database: Database) -> None:
    """Burn the book: the databases that it tells of were made anew."""
    upkeep.forget(database, OWN, [page["_id"] for page in _pages(database, f"{BOOK}:", f"{BOOK};")])


def _note(database: Database, db: str, day: str) -> None:
    """Read on from where the last look ended, and enter what was deleted since under ``day``."""
    mark = database.get(OWN, f"{BOOK}:{db}") or _page(f"{BOOK}:{db}", since="0")
    since = str(mark["since"])
    for ids, further in upkeep.buried(database, db, since):
        if ids:
            _enter(database, f"{BOOK}:{db}:{day}", ids)
        if further != mark["since"]:
            mark["since"] = further
            mark["_rev"] = database.put(OWN, mark)


def _enter(database: Database, id: str, ids: Iterable[str]) -> None:
    page = database.get(OWN, id) or _page(id, ids=[])
    page["ids"] = sorted({*page["ids"], *ids})
    database.put(OWN, page)


def _close(database: Database, db: str, day: str) -> int:
    """Purge what was entered up to ``day`` and is still dead, then the pages that told of it."""
    due = _pages(database, f"{BOOK}:{db}:", f"{BOOK}:{db}:{day};")
    ids = sorted({id for page in due for id in page["ids"]})
    purged = sum(_bury(database, db, batch) for batch in upkeep.batches(ids))
    upkeep.forget(database, OWN, [page["_id"] for page in due])
    return purged


def _bury(database: Database, db: str, ids: list[str]) -> int:
    found = upkeep.leaves(database, db, ids)
    dead = {
        id: upkeep.revisions(each)
        for id, each in found.items()
        if all(leaf.get("_deleted") for leaf in each)
    }
    return upkeep.purge(database, db, dead)


def _clear(database: Database) -> int:
    """Purge the tombstones of this node's own database."""
    purged = 0
    for ids, _ in upkeep.buried(database, OWN, "0"):
        for batch in upkeep.batches(ids):
            purged += _bury(database, OWN, batch)
    return purged


def _pages(database: Database, start: str, end: str) -> list[Document]:
    return database.range(OWN, start, end)


def _page(id: str, **more: object) -> Document:
    return {"_id": id, "kind": BOOK, "v": 1, **more}
