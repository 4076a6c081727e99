"""Which of this node's own documents are known to have left it."""

from collections.abc import Iterable

from sync.database import Database
from sync.documents.key import natural
from sync.documents.kind import Document
from sync.documents.report import RECEIPT, about
from sync.mesh.here import Here


def departure_id(item: str) -> str:
    """Where ``node`` notes that the document with the id ``item`` has left."""
    return f"departure:{natural(item)}"


def unsent(database: Database, here: Here, documents: Iterable[Document]) -> list[Document]:
    """Those that were written on this node, and that no peer is known to have.

    A departure says that one has it, or a receipt that another node has written.
    """
    own = [document for document in documents if here.made(document)]
    left = database.many("node", [departure_id(document["_id"]) for document in own])
    still = [document for document, gone in zip(own, left, strict=True) if gone is None]
    received = _received(database, here, [document["_id"] for document in still])
    return [document for document in still if document["_id"] not in received]


def _received(database: Database, here: Here, ids: Iterable[str]) -> set[str]:
    """Of ids in households' ranges, those for which another node has written a receipt."""
    items = [id for id in ids if id.count(":") == 2]
    told = database.ranges("private", [about(id, RECEIPT) for id in items])
    return {str(r["item"]) for receipts in told for r in receipts if not here.made(r)} & set(items)
