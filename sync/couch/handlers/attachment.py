"""`/db/id/name`: attachments by themselves."""

import re
import sqlite3
from collections.abc import AsyncGenerator
from functools import partial
from typing import NamedTuple

from sync.couch.attachments import pieces, plain, read_entries, span, stored_length
from sync.couch.document import MAX_ATTACHMENT, Edit, Follows, Stub, Upload, check_id
from sync.couch.edits import Transaction, save
from sync.couch.errors import CouchError, bad_request, not_found
from sync.couch.node import Node
from sync.couch.request import Request, is_gzip
from sync.couch.response import Answer, Response, Stream, answer, etag
from sync.couch.revision import Rev, format_rev, parse_rev
from sync.couch.spool import LARGE, Spool
from sync.couch.store import Store
from sync.couch.stored import Leaf, find, find_leaf
from sync.couch.wire import Json, loads

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


class _Sent(NamedTuple):
    """Which bytes of an attachment are sent: `as_kept`, or unpacked; from first to before end."""

    entry: dict[str, Json]
    as_kept: bool
    first: int
    end: int


async def get(node: Node, request: Request) -> Answer:
    store = node.store(request)
    entry = store.now(lambda connection: _entry(connection, request))
    digest = entry["digest"].removeprefix("md5-")
    tag, packed = f'"{digest}"', "encoding" in entry
    # What a document carries must not run in the name of the database.
    headers = {"ETag": tag, "Content-Security-Policy": "sandbox"}
    if request.has(tag):
        return Response(b"", 304, {"ETag": tag})
    as_kept = not packed or _takes_gzip(request)
    length = stored_length(entry) if as_kept else entry["length"]
    headers["Accept-Ranges"] = "none" if packed else "bytes"
    if packed and as_kept:
        headers["Content-Encoding"] = "gzip"
    if as_kept:
        headers["Content-MD5"] = digest
    part = None if packed else _range(request, tag, length)
    first, end = part or (0, length)
    headers["Content-Length"] = str(end - first)
    if part:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{length}"
        del headers["Content-MD5"]
    sent = _Sent(entry, as_kept, first, end)
    return Stream(_send(store, sent), 206 if part else 200, headers, entry["content_type"])


def _takes_gzip(request: Request) -> bool:
    names = request.header(b"accept-encoding").lower().split(",")
    return any(re.fullmatch(r"\s*gzip\s*(;\s*q=(1.*|0\.\d*[1-9]\d*))?\s*", n) for n in names)


def _range(request: Request, tag: str, length: int) -> tuple[int, int] | None:
    """First byte, and the one after the last, of the one range asked for (RFC 9110, §14).

    None sends all of it: several ranges, or one from the first byte on, as CouchDB has it.
    Raises CouchError 416.
    """
    match = _RANGE.fullmatch(request.header(b"range"))
    if match is None or match.groups() in (("", ""), ("0", "")):
        return None
    if b"if-range" in request.headers and request.header(b"if-range") != tag:
        return None
    low, high = match.groups()
    first = int(low) if low else max(length - int(high), 0)
    end = min(int(high) + 1, length) if low and high else length
    if first >= end:
        raise CouchError(416, "requested_range_not_satisfiable", "Requested range not satisfiable")
    return first, end


def _entry(connection: sqlite3.Connection, request: Request) -> dict[str, Json]:
    doc = find(connection, check_id(request.id))
    if doc is None:
        raise not_found()
    leaf: Leaf | None = doc.winner
    if "rev" in request.query:
        leaf = find_leaf(connection, doc, parse_rev(request.query["rev"]), request.flag("latest"))
    elif doc.winner.deleted:
        raise not_found("deleted")
    entry = read_entries(leaf.attachments).get(request.attachment) if leaf else None
    if entry is None:
        raise not_found("Document is missing attachment")
    return entry


async def _send(store: Store, sent: _Sent) -> AsyncGenerator[bytes, None]:
    with store.snapshot() as connection:
        if sent.as_kept:
            parts = span(pieces(connection, sent.entry, sent.first), sent.end - sent.first)
        else:
            parts = plain(connection, sent.entry)
        while piece := await store.aside(partial(next, parts, b"")):
            yield piece


async def put(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    name, rev = request.attachment, asked_rev(request)
    if name.startswith("_"):
        raise bad_request(f"Attachment name '{name}' starts with prohibited character '_'")
    with Spool(store.path.parent) as spool:
        upload = await _received(store, request, name, spool)

        def work(tx: Transaction) -> Rev:
            edit = _edit(tx.connection, id, rev)
            rest = {n: item for n, item in edit.attachments.items() if n != name}
            edit.attachments = {name: upload, **rest}
            return save(tx, edit)

        return _saved(id, await store.write(work), 201)


async def delete(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    name, rev = request.attachment, asked_rev(request)

    def work(tx: Transaction) -> Rev:
        edit = _edit(tx.connection, id, rev)
        if edit.attachments.pop(name, None) is None:
            raise not_found("Document is missing attachment")
        return save(tx, edit)

    return _saved(id, await store.write(work), 200)


def asked_rev(request: Request) -> Rev | None:
    """The revision of the query or of `If-Match`. Raises CouchError 400."""
    text = request.query.get("rev") or request.header(b"if-match").strip().strip('"')
    return parse_rev(text) if text else None


def _edit(connection: sqlite3.Connection, id: str, rev: Rev | None) -> Edit:
    """The stored document at `rev` as an edit that changes nothing yet."""
    doc = find(connection, id)
    leaf = find_leaf(connection, doc, rev, False) if doc and rev else None
    if doc is None or leaf is None:
        return Edit(id, {}, (rev,) if rev else ())
    stubs: dict[str, Upload | Stub | Follows] = {
        name: Stub(item["digest"], item["revpos"])
        for name, item in read_entries(leaf.attachments).items()
    }
    revs = () if rev is None else (rev,)
    return Edit(id, loads(leaf.body), revs, False, stubs, leaf.body)


async def _received(store: Store, request: Request, name: str, spool: Spool) -> Upload:
    """The body, on its way to the disk; gzip is kept as it came. Raises CouchError 400, 413, 415,
    507."""
    kind = request.header(b"content-type") or "application/octet-stream"
    packed = is_gzip(request.header(b"content-encoding"))
    intake = spool.intake(name, kind, packed)
    async for chunk in request.chunks(MAX_ATTACHMENT, as_sent=True):
        if len(chunk) < LARGE:
            intake.write(chunk)
        else:
            await store.aside(partial(intake.write, chunk))
    return intake.end()


def _saved(id: str, rev: Rev, status: int) -> Response:
    text = format_rev(rev)
    return answer({"ok": True, "id": id, "rev": text}, status, {"ETag": etag(text)})
