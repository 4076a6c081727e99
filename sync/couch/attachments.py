"""Attachments: kept once by digest, in pieces, for as long as some leaf names them."""

import base64
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from hashlib import md5

from sync.couch.document import Edit, Follows, Stub, Upload
from sync.couch.errors import bad_request, missing_stub
from sync.couch.gzip import unpack
from sync.couch.wire import Json, dumps, loads

PIECE = 256 * 1024
"""Bytes of an attachment in one row, the last excepted, and in memory at a time. Part of the
layout of the file: where a byte stands is computed from it."""

Entries = dict[str, dict[str, Json]]
"""Attachments of a leaf as its row keeps them: name to content_type, revpos, digest, length, and of
what is kept as gzip encoding and encoded_length."""


def read_entries(stored: bytes | None) -> Entries:
    entries: Entries = loads(stored) if stored else {}
    return entries


def write_entries(entries: Entries) -> bytes | None:
    return dumps(entries) if entries else None


def digest_of(entry: dict[str, Json]) -> bytes:
    """The MD5 bytes of an entry."""
    return base64.b64decode(entry["digest"].removeprefix("md5-"))


def take(
    connection: sqlite3.Connection, edit: Edit, generation: int, known: Iterable[Entries]
) -> Entries:
    """The entries of the leaf that `edit` makes; what it uploads is stored.

    `known` are the entries of the leaves a stub may refer to, the nearest first. Raises
    CouchError 412 `missing_stub`.
    """
    known = list(known)
    # Every stub is looked up before anything is stored, so that a refusal leaves nothing behind.
    entries = {
        name: _referred(edit.id, name, item, known)
        for name, item in edit.attachments.items()
        if isinstance(item, Stub)
    }
    for name, item in edit.attachments.items():
        if isinstance(item, Upload):
            entries[name] = _uploaded(connection, item, generation)
        elif isinstance(item, Follows):
            raise bad_request(f"Attachment {name} does not follow")
    return {name: entries[name] for name in edit.attachments}


def _referred(id: str, name: str, stub: Stub, known: list[Entries]) -> dict[str, Json]:
    for entries in known:
        entry = entries.get(name)
        if entry and stub.digest in (None, entry["digest"]):
            return entry
    raise missing_stub(id, name)


def _uploaded(connection: sqlite3.Connection, upload: Upload, generation: int) -> dict[str, Json]:
    digest = upload.digest or _hash(upload)
    store(connection, digest, upload)
    entry: dict[str, Json] = {
        "content_type": upload.content_type,
        "revpos": min(upload.revpos or generation, generation),
        "digest": "md5-" + base64.b64encode(digest).decode(),
        "length": upload.length,
    }
    if upload.plain is not None:
        entry |= {
            "length": upload.plain,
            "encoding": "gzip",
            "encoded_length": upload.length,
        }
    return entry


def _hash(upload: Upload) -> bytes:
    state = md5(usedforsecurity=False)
    for piece in _pieces_of(upload):
        state.update(piece)
    return state.digest()


def _pieces_of(upload: Upload) -> Iterator[bytes]:
    upload.data.seek(upload.start)
    left = upload.length
    while left and (piece := upload.data.read(min(PIECE, left))):
        left -= len(piece)
        yield piece


def store(connection: sqlite3.Connection, digest: bytes, upload: Upload) -> None:
    """Keep the bytes of `upload`, unless they are there."""
    if connection.execute("SELECT 1 FROM blobs WHERE digest = ?", (digest,)).fetchone():
        return
    blob = connection.execute(
        "INSERT INTO blobs(digest, length) VALUES (?, ?)", (digest, upload.length)
    ).lastrowid
    connection.executemany(
        "INSERT INTO pieces VALUES (?, ?, ?)",
        ((blob, i, piece) for i, piece in enumerate(_pieces_of(upload))),
    )


def hold(connection: sqlite3.Connection, n: int, entries: Iterable[Entries]) -> None:
    """Say which blobs document `n` needs now, and drop those that nobody needs any more."""
    wanted = {digest_of(entry) for leaf in entries for entry in leaf.values()}
    held = dict(
        connection.execute(
            "SELECT digest, b FROM holders JOIN blobs USING (b) WHERE n = ?", (n,)
        ).fetchall()
    )
    for digest in wanted - held.keys():
        connection.execute(
            "INSERT INTO holders SELECT b, ? FROM blobs WHERE digest = ?", (n, digest)
        )
    for digest in held.keys() - wanted:
        _release(connection, held[digest], n)


def _release(connection: sqlite3.Connection, blob: int, n: int) -> None:
    connection.execute("DELETE FROM holders WHERE b = ? AND n = ?", (blob, n))
    if not connection.execute("SELECT 1 FROM holders WHERE b = ?", (blob,)).fetchone():
        connection.execute("DELETE FROM pieces WHERE b = ?", (blob,))
        connection.execute("DELETE FROM blobs WHERE b = ?", (blob,))


def stored_length(entry: dict[str, Json]) -> int:
    """Bytes of an attachment as kept."""
    length: int = entry["encoded_length" if "encoding" in entry else "length"]
    return length


def pieces(
    connection: sqlite3.Connection, entry: dict[str, Json], first: int = 0
) -> Iterator[bytes]:
    """The bytes of an attachment as kept, from byte `first` on, piece by piece."""
    for start, data in connection.execute(
        "SELECT i, data FROM blobs JOIN pieces USING (b) WHERE digest = ? AND i >= ? ORDER BY i",
        (digest_of(entry), first // PIECE),
    ):
        yield data[max(first - start * PIECE, 0) :]


def span(parts: Iterator[bytes], length: int) -> Iterator[bytes]:
    """The first `length` bytes of `parts`."""
    for part in parts:
        yield part[:length]
        length -= len(part)
        if length <= 0:
            return


def plain(connection: sqlite3.Connection, entry: dict[str, Json]) -> Iterator[bytes]:
    """The bytes of an attachment unpacked, piece by piece."""
    kept = pieces(connection, entry)
    return unpack(kept) if "encoding" in entry else kept


def contents(connection: sqlite3.Connection, entry: dict[str, Json]) -> str:
    """The bytes of an attachment in base64, as documents carry them inline."""
    return base64.b64encode(b"".join(plain(connection, entry))).decode()


def shown(
    connection: sqlite3.Connection, entries: Entries, options: Collection[str], after: int
) -> Entries:
    """The entries as a document shows them: stubs, or with the option `attachments`, of those
    that came after generation `after`, the bytes: inline, or with `follows` elsewhere.
    `att_encoding_info` says too what is kept as gzip."""
    found: Entries = {}
    for name, entry in entries.items():
        new = {key: entry[key] for key in ("content_type", "revpos", "digest")}
        if "attachments" not in options or entry["revpos"] <= after:
            new |= {"length": entry["length"], "stub": True}
        elif "follows" in options:
            new |= {"length": entry["length"], "follows": True}
        else:
            new["data"] = contents(connection, entry)
        if "att_encoding_info" in options and "encoding" in entry:
            new |= {key: entry[key] for key in ("encoding", "encoded_length")}
        found[name] = new
    return found


def described(entries: Entries) -> list[tuple[str, str, bytes]]:
    """The entries as a revision id takes them."""
    return [(name, item["content_type"], digest_of(item)) for name, item in entries.items()]
