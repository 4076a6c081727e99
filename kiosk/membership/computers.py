"""The home computers that have joined, as the landlord sees them: one list, one to revoke."""

from typing import Final

from cryptography import x509

from kiosk.errors import REFUSED, Stopped
from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOME
from sync.documents.kind import Document
from sync.mesh.identity.revocation import revoked

FIRST: Final = "home:"
LAST: Final = "home;"


def known(database: Database) -> list[Document]:
    """All that have joined, by name."""
    found = sound(database.range("accounts", FIRST, LAST))
    return sorted((d for d in found if d["kind"] == HOME.name), key=lambda d: str(d["name"]))


def find(database: Database, name: str) -> Document:
    """The one called `name`, or with this id. Stopped when there is none, or there are several."""
    wanted = name.casefold()
    found = [d for d in known(database) if wanted in (d["name"].casefold(), id_of(d))]
    if not found:
        raise Stopped(f"Le quartier n’a pas de nœud «\xa0{name}\xa0».", REFUSED)
    if len(found) > 1:
        ids = ", ".join(map(id_of, found))
        raise Stopped(f"Plusieurs s’appellent «\xa0{name}\xa0». Dites lequel\xa0: {ids}.", REFUSED)
    return found[0]


def id_of(document: Document) -> str:
    """The node id of a computer."""
    return str(document["_id"]).removeprefix(FIRST)


def lines(database: Database, root: x509.Certificate) -> list[str]:
    """One line for each, like those of halls."""
    gone = revoked(database.range("estate", "revocation:", "revocation;"), root)
    return [_line(each, gone) for each in known(database)]


def _line(document: Document, gone: frozenset[int]) -> str:
    out = all(int(serial, 16) in gone for serial in document["serials"])
    state = "révoqué" if out else "membre"
    return f"{document['name']}\tmaison\t{document['household']}\t{id_of(document)}\t{state}"
