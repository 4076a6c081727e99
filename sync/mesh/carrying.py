"""Who else is known to have a document: nothing goes from here that may be the only copy.

A *departure* says that some peer has what was written here; a *receipt*, that it reached whom it is
for; and the mesh notes up to which change the landlord has all that this node has.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from sync import upkeep
from sync.database import Database
from sync.documents.key import natural
from sync.documents.kind import Document
from sync.documents.report import RECEIPT, about
from sync.errors import Conflict
from sync.mesh.here import Here


def departure_id(item: str) -> str:
    """Where ``node`` notes that the document with the id ``item`` has left."""
    return f"departure:{natural(item)}"


def carried(database: Database, db: str, seq: int) -> None:
    """Note that the landlord has all of a database up to a change: to be said of each checkpoint.

    ``seq`` is the number in front of the sequence. It only goes on.
    """
    known = database.get("node", _mark(db))
    if known is None or known["seq"] < seq:
        told = {"_id": _mark(db), "kind": "carried", "v": 1, "seq": seq}
        with suppress(Conflict):  # another checkpoint was kept at this very moment
            database.put("node", {**told, "_rev": known["_rev"]} if known else told)


def reset(database: Database) -> None:
    """Forget what the landlord has: the databases were made anew, and count from one."""
    marks = database.range("node", _mark(""), "carried;")
    upkeep.forget(database, "node", [mark["_id"] for mark in marks])


def unsent(database: Database, here: Here, documents: Iterable[Document]) -> list[Document]:
    """Those that were written on this node, and that no peer is known to have."""
    own = [document for document in documents if here.made(document)]
    left = database.many("node", [departure_id(document["_id"]) for document in own])
    still = [document for document, gone in zip(own, left, strict=True) if gone is None]
    received = _received(database, here, [document["_id"] for document in still])
    return [document for document in still if document["_id"] not in received]


def unheld(
    database: Database, db: str, here: Here, documents: Sequence[Document]
) -> list[Document]:
    """Those that must stay, whatever their age, since no other machine is known to keep them.

    From a kiosk only what the landlord has, or what reached whom it is for, may go: another
    kiosk, which may have it too, lets go of it as this one does. From a home what has left it; the
    landlord keeps what he keeps for himself.
    """
    if here.role == "landlord":
        return []
    if here.role == "home":
        return unsent(database, here, documents)
    known = database.get("node", _mark(db))
    ids = [document["_id"] for document in documents]
    received = _received(database, here, ids)
    place = upkeep.places(database, db, ids) if known else {}
    return [
        document
        for document in documents
        if (id := document["_id"]) not in received
        and not (known and place.get(id, known["seq"] + 1) <= known["seq"])
    ]


def _received(database: Database, here: Here, ids: Iterable[str]) -> set[str]:
    """Of ids in households' ranges, those for which another node has written a receipt."""
    items = [id for id in ids if id.count(":") == 2]
    told = database.ranges("private", [about(id, RECEIPT) for id in items])
    return {str(r["item"]) for receipts in told for r in receipts if not here.made(r)} & set(items)


def _mark(db: str) -> str:
    return f"carried:{db}"
