"""Which of this node's own documents are known to have left it."""

from collections.abc import Iterable

from sync.database import Database
from sync.documents.key import natural
from sync.documents.kind import Document
from sync.mesh.keeping import Here


def departure_id(item: str) -> str:
    """Where ``node`` notes that the document with the id ``item`` has left."""
    return f"departure:{natural(item)}"


def unsent(database: Database, here: Here, documents: Iterable[Document]) -> list[Document]:
    """Those that were written on this node, and that no peer is known to have."""
    own = [document for document in documents if here.made(document)]
    left = database.many("node", [departure_id(document["_id"]) for document in own])
    return [document for document, gone in zip(own, left, strict=True) if gone is None]
