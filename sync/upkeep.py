"""What a node does with whole databases: leaf by leaf, page by page, purging, compacting.

With Apache CouchDB 3 and the embedded one alike. Everything may raise
:class:`sync.errors.Unreachable` or one of its kin.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final, NamedTuple

from sync.database import Database
from sync.documents.kind import Document
from sync.errors import Missing
from sync.transport import told_apart

PAGE: Final = 250
"""Documents asked for at a time: a page must not hold up those who wait for the next one."""

MOST: Final = 100
"""Documents purged by one request: CouchDB's ``purge/max_document_id_number``."""

LONG: Final = (2.0, 600.0)
"""Seconds to wait for a connection and for an answer where a whole file is read or written."""


REMEMBERED: Final = 1000
"""Purges that a database can tell of: CouchDB's ``_purged_infos_limit``."""


class State(NamedTuple):
    """Where writes and purges have come to. Each differs after every one; no feed tells of a purge,
    so what was read of it must be forgotten by who keeps it in memory."""

    update_seq: str
    purge_seq: str


class Row(NamedTuple):
    """A document in ``_changes``: the winner (a tombstone too) and how many leaves it has."""

    id: str
    winner: Document
    leaves: int


def walk(database: Database, db: str, start: str = "", end: str = "") -> Iterator[list[Document]]:
    """The documents of a database whose ids lie from ``start`` up to ``end``, a page at a time.

    ``end`` "" has no end. Tombstones are not among them. What was given may be purged meanwhile.
    """
    last = {"end_key": end, "inclusive_end": False} if end else {}
    more: str | None = start
    while more is not None:
        with told_apart():
            answer = database.client.post_all_docs(
                db=db, start_key=more, limit=PAGE + 1, include_docs=True, **last
            )
        found = [row["doc"] for row in answer.get_result()["rows"] if row.get("doc")]
        more = found[PAGE]["_id"] if len(found) > PAGE else None
        page = [document for document in found[:PAGE] if not document["_id"].startswith("_")]
        if page:
            yield page


def rows(database: Database, db: str) -> Iterator[list[Row]]:
    """Every document of a database, tombstones too, a page at a time."""
    since, more = "0", True
    while more:
        found = _changes(database, db, since, include_docs=True, style="all_docs")
        since, more = found["last_seq"], len(found["results"]) == PAGE
        yield [
            Row(row["id"], row["doc"], len(row["changes"]))
            for row in found["results"]
            if not row["id"].startswith("_") and row.get("doc")
        ]


def buried(database: Database, db: str, since: str) -> Iterator[tuple[list[str], str]]:
    """The ids that were deleted after ``since`` ("0": ever), a page at a time, and how far it is
    read by then."""
    more = True
    while more:
        found = _changes(database, db, since)
        since, more = str(found["last_seq"]), len(found["results"]) == PAGE
        yield [row["id"] for row in found["results"] if row.get("deleted")], since


def _changes(database: Database, db: str, since: str, **options: Any) -> dict[str, Any]:
    with told_apart():
        answer = database.client.post_changes(db=db, since=since, limit=PAGE, **options)
    found: dict[str, Any] = answer.get_result()
    return found


def places(database: Database, db: str, ids: Sequence[str]) -> dict[str, int]:
    """By id, the number in front of the sequence of each document's last change.

    None of a database in several shards (Apache CouchDB's ``q``): there that number adds up how
    far each of them had come when the row was sent, and cannot be compared.
    """
    with told_apart():
        about = database.client.get_database_information(db=db).get_result()
    if about.get("cluster", {}).get("q", 1) != 1:
        return {}
    found: dict[str, int] = {}
    for batch in batches(ids):
        with told_apart():
            answer = database.client.post_changes(db=db, filter="_doc_ids", doc_ids=batch)
        for row in answer.get_result()["results"]:
            found[row["id"]] = int(str(row["seq"]).partition("-")[0])
    return found


def leaves(
    database: Database, db: str, ids: Sequence[str], *, whole: bool = False
) -> dict[str, list[Document]]:
    """Every leaf of these documents, deleted ones too; no entry for what is not there.

    ``whole``: with the bytes of their attachments and their ``_revisions``, as replication has it.
    """
    if not ids:
        return {}
    more = {"attachments": True, "revs": True} if whole else {}
    with told_apart():
        answer = database.client.post_bulk_get(db=db, docs=[{"id": id} for id in ids], **more)
    found = {
        row["id"]: [each["ok"] for each in row["docs"] if "ok" in each]
        for row in answer.get_result()["results"]
    }
    return {id: kept for id, kept in found.items() if kept}


def purge(database: Database, db: str, gone: Mapping[str, Sequence[str]]) -> int:
    """Forget these leaves (revisions by id) and what only they descend from, without a tombstone.

    Returns how many documents lost any. What is no leaf stays, and is no error.
    """
    # ibmcloudant has no call for it: https://docs.couchdb.org/en/stable/api/database/misc.html
    purged = 0
    for batch in batches(gone):
        request = database.client.prepare_request(
            "POST",
            f"/{db}/_purge",
            headers={"Accept": "application/json"},
            data={id: list(gone[id]) for id in batch},
        )
        with told_apart():
            answer = database.client.send(request).get_result()
        purged += sum(bool(revs) for revs in answer["purged"].values())
    return purged


def forget(database: Database, db: str, ids: Iterable[str]) -> int:
    """Purge every leaf of these documents; returns how many there were."""
    purged = 0
    for batch in batches(ids):
        found = leaves(database, db, batch)
        purged += purge(database, db, {id: revisions(each) for id, each in found.items()})
    return purged


def revisions(leaves: Iterable[Document]) -> list[str]:
    """The revisions of leaves."""
    return [str(leaf["_rev"]) for leaf in leaves]


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids in lists of as many as may be purged by one request."""
    left = iter(ids)
    while batch := list(islice(left, MOST)):
        yield batch


def compact(database: Database, db: str) -> None:
    """Give back, and overwrite, what the file of a database no longer needs; begun, or done."""
    client = database.connect(LONG)
    request = client.prepare_request(
        "POST", f"/{db}/_compact", headers={"content-type": "application/json"}
    )
    with told_apart():
        client.send(request)


def state(database: Database, db: str) -> State:
    """How far a database has come."""
    with told_apart():
        found = database.client.get_database_information(db=db).get_result()
    return State(str(found["update_seq"]), str(found["purge_seq"]))


def purged(database: Database, db: str) -> list[str] | None:
    """The ids that were purged and are still gone; None when there were more than are remembered.

    CouchDB remembers the last thousand purges (``_purged_infos_limit``), or does not tell.
    """
    request = database.client.prepare_request("GET", f"/{db}/_purged_infos", headers={})
    with suppress(Missing), told_apart():
        infos = database.client.send(request).get_result()["purged_infos"]
        if len(infos) < REMEMBERED:
            ids = sorted({info["id"] for info in infos})
            there = database.many(db, ids)
            return [id for id, document in zip(ids, there, strict=True) if document is None]
    return None


def drop(database: Database, db: str) -> None:
    """Delete a whole database; :class:`sync.errors.Missing` when it is not there."""
    with told_apart():
        database.client.delete_database(db=db)


def graft(database: Database, db: str, documents: Sequence[Document]) -> None:
    """Write leaves as replication does: with the ``_rev`` and ``_revisions`` that they carry."""
    told = {"docs": list(documents), "new_edits": False}
    with told_apart():
        database.connect(LONG).post_bulk_docs(db=db, bulk_docs=told)
