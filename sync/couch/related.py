"""A document and its attachments as one body, `multipart/related`: read, and written."""

import secrets
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from functools import partial

from sync.couch.attachments import pieces, read_entries, stored_length
from sync.couch.document import Edit, Follows, parse_document
from sync.couch.errors import bad_request, bad_type, too_large
from sync.couch.multipart import End, Head, Parts, boundary_of
from sync.couch.request import MAX_REQUEST, Request
from sync.couch.spool import LARGE, Intake, Spool
from sync.couch.store import Store
from sync.couch.stored import Leaf, Stored, new_since, render
from sync.couch.wire import Json, loads

MAX_BODY = 1024 * 1024 * 1024
"""Bytes of a whole multipart body; each attachment has its own, smaller limit."""


class _Reading:
    """The parts as they come: the document first, then what follows, in the document's order."""

    def __init__(self, id: str, spool: Spool) -> None:
        self._id, self._spool = id, spool
        self._document: bytearray | None = bytearray()
        self._pending: Iterator[tuple[str, Follows]] = iter(())
        self._current: tuple[str, Follows, Intake] | None = None
        self.edit: Edit | None = None

    def feed(self, parts: Parts, chunk: bytes) -> None:
        """Raises CouchError."""
        for event in parts.feed(chunk):
            self._take(event)

    def _take(self, event: Head | bytes | End) -> None:
        if isinstance(event, dict):
            self._begin(event)
        elif isinstance(event, End):
            self._finish()
        elif self._current:
            self._current[2].write(event)
        elif self._document is not None:
            self._document += event
            if len(self._document) > MAX_REQUEST:
                raise too_large()

    def _begin(self, head: Head) -> None:
        if self._document is not None:
            if head.get("content-type", "").partition(";")[0].strip() != "application/json":
                raise bad_type("application/json")
            return
        name, follows = next(self._pending, ("", None))
        if follows is None:
            raise bad_request("the body has more parts than the document has attachments to follow")
        intake = self._spool.intake(name, follows.content_type, follows.packed)
        self._current = name, follows, intake

    def _finish(self) -> None:
        if self._document is not None:
            raw, self._document = bytes(self._document), None
            self.edit = parse_document(loads(raw), self._id)
            follow = [(n, i) for n, i in self.edit.attachments.items() if isinstance(i, Follows)]
            self._pending = iter(follow)
        elif self._current and self.edit:
            name, follows, intake = self._current
            _check_length(follows.length, intake.length)
            self.edit.attachments[name] = intake.end(follows.digest, follows.revpos)
            self._current = None


def _check_length(said: int | None, came: int) -> None:
    if said is not None and said != came:
        how = "longer" if came > said else "shorter"
        raise bad_request(f"attachment {how} than expected")


async def read_related(store: Store, request: Request, id: str, spool: Spool) -> Edit:
    """The edit that a `multipart/related` body asks for, its attachments in `spool`.

    Raises CouchError 400 (what is cut short, in disorder or not what its digest says), 413, 415,
    507.
    """
    if request.kind != "multipart/related":
        raise bad_type("application/json or multipart/related")
    parts = Parts(boundary_of(request.header(b"content-type")))
    reading = _Reading(id, spool)
    async for chunk in request.chunks(MAX_BODY):
        if len(chunk) < LARGE:
            reading.feed(parts, chunk)
        else:
            await store.aside(partial(reading.feed, parts, chunk))
    parts.end()
    if reading.edit is None:
        raise bad_request("the multipart body has no document")
    if any(isinstance(item, Follows) for item in reading.edit.attachments.values()):
        raise bad_request("attachment shorter than expected")
    return reading.edit


Segment = bytes | dict[str, Json]
"""A piece of a body: bytes, or the entry of an attachment whose bytes stand there."""

FOLLOWS = ("attachments", "follows", "att_encoding_info")


def write_related(
    connection: sqlite3.Connection,
    doc: Stored,
    leaf: Leaf,
    options: Sequence[str],
    since: Sequence[str] = (),
) -> tuple[str, list[Segment]]:
    """Content type and body of `leaf` with the attachments that came after the revisions
    `since`; plain JSON when there are none to send (couch_httpd_multipart)."""
    json = render(connection, doc, leaf, (*options, *FOLLOWS), since)
    after = new_since(doc, leaf, since)
    entries = read_entries(leaf.attachments).items()
    sent = [(name, entry) for name, entry in entries if entry["revpos"] > after]
    if not sent:
        return "application/json", [json]
    boundary = secrets.token_hex(16).encode()
    body: list[Segment] = [
        b"--" + boundary + b"\r\nContent-Type: application/json\r\n\r\n" + json + b"\r\n--",
        boundary,
    ]
    for name, entry in sent:
        body += [_head(name, entry), entry, b"\r\n--" + boundary]
    return f'multipart/related; boundary="{boundary.decode()}"', [*body, b"--"]


def _head(name: str, entry: dict[str, Json]) -> bytes:
    lines = [
        f'Content-Disposition: attachment; filename="{printable(name)}"',
        f"Content-Type: {printable(entry['content_type'])}",
        f"Content-Length: {stored_length(entry)}",
    ]
    if "encoding" in entry:
        lines.append("Content-Encoding: gzip")
    return "\r\n".join(["", *lines, "", ""]).encode()


def printable(text: str) -> str:
    """`text` within a part's header: what a document says must not become a header of its own."""
    return "".join(c for c in text if c.isprintable() and c != '"')


def length_of(body: list[Segment]) -> int:
    return sum(len(s) if isinstance(s, bytes) else stored_length(s) for s in body)


async def open_body(
    store: Store, read: Callable[[sqlite3.Connection], list[Segment]]
) -> tuple[list[Segment], AsyncGenerator[bytes, None]]:
    """What `read` finds, and the same as bytes, both from one snapshot that stays open until the
    bytes are taken. Raises what `read` raises."""
    body: list[Segment] = []

    async def chunks() -> AsyncGenerator[bytes, None]:
        with store.snapshot() as connection:
            body.extend(await store.aside(lambda: read(connection)))
            yield b""
            for segment in body:
                if isinstance(segment, bytes):
                    yield segment
                    continue
                kept = pieces(connection, segment)
                while piece := await store.aside(partial(next, kept, b"")):
                    yield piece

    stream = chunks()
    await anext(stream)
    return body, stream
