"""Writing what a form has made: sent twice, it stands once."""

from sync.database import Database, same
from sync.documents.kind import Document
from sync.errors import Conflict


def keep(database: Database, db: str, document: Document) -> None:
    """Write a new document under the id that its form was drawn with.

    The same content sent again is success, although the hour is another one, and the signature.
    :class:`sync.errors.Conflict` when other content stands there.
    """
    try:
        database.put(db, document)
    except Conflict:
        standing = database.get(db, document["_id"])
        if standing is None or not same(_said(standing), _said(document)):
            raise


def _said(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in ("at", "signed")}
