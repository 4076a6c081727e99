"""An estate's secret in one sealed file: all that makes the landlord's machine anew, but documents.

The root's key, the book, and the key of codes and cards. Sealed under a passphrase, since whoever
opens it makes halls and landlords.
"""

import base64
import json
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from sync.mesh.identity import ledger
from sync.mesh.identity.authority import Authority
from sync.mesh.identity.certificate import Issuer
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.ledger import Entry, Ledger
from sync.mesh.identity.nodefile import KEY_BYTES
from sync.mesh.identity.pem import read_chain, read_key, save, write_chain, write_key
from sync.sealed import Reader, Torn, Writer

VERSION: Final = 1


@dataclass(frozen=True)
class RootFile:
    """What such a file holds. ``landlord``: the id of the node on whose machine it was written;
    ``estate_key`` keys the codes and cards of the whole estate."""

    authority: Authority
    book: Ledger
    landlord: str
    estate_key: bytes = field(repr=False)

    @property
    def entry(self) -> Entry:
        """The landlord's node, as it stands in the book."""
        return self.book.nodes[self.landlord]


def write(path: Path, file: RootFile, passphrase: str) -> None:
    """Write the file whole or not at all; OSError when it cannot be, as on a full stick."""
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "No such directory", str(path.parent))
    save(path, _sealed(json.dumps(_plain(file), ensure_ascii=False).encode(), passphrase))


def read(file: BinaryIO, passphrase: str) -> RootFile:
    """What is sealed in ``file``, which stands at its start.

    Raises what :mod:`sync.sealed` does, and :class:`Unreadable` "damaged" or "newer".
    """
    reader = Reader(file, passphrase)
    raw = bytearray()
    while piece := reader.read(1 << 16):
        raw += piece
    try:
        fields = json.loads(raw)
        if fields["v"] > VERSION:
            raise Unreadable("newer", "the estate's file")
        return _file(fields)
    except (ValueError, KeyError, TypeError) as error:
        raise Torn("the estate's file") from error


def _sealed(content: bytes, passphrase: str) -> bytes:
    into = BytesIO()
    writer = Writer(into, passphrase)
    writer.write(content)
    writer.finish()
    return into.getvalue()


def _plain(file: RootFile) -> dict[str, Any]:
    issuer = file.authority.issuer
    return {
        "v": VERSION,
        "what": "estate",
        "key": write_key(issuer.key),
        "root": write_chain([issuer.certificate]),
        "book": ledger.plain(file.book),
        "landlord": file.landlord,
        "estate_key": base64.b64encode(file.estate_key).decode(),
    }


def _file(fields: dict[str, Any]) -> RootFile:
    issuer = Issuer(read_chain(fields["root"])[0], read_key(fields["key"]))
    if issuer.certificate.public_key() != issuer.key.public_key():
        raise ValueError("the root is for another key")
    key = base64.b64decode(fields["estate_key"], validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("not the length of a key")
    book = ledger.understood(fields["book"])
    return RootFile(Authority(issuer), book, book.nodes[fields["landlord"]].id, key)
