"""`/db/id/name`: attachments by themselves."""

import sqlite3
from collections.abc import AsyncGenerator
from hashlib import md5
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from sync.couch.attachments import pieces, read_entries
from sync.couch.document import MAX_ATTACHMENT, Edit, Stub, Upload, check_id
from sync.couch.edits import Transaction, save
from sync.couch.errors import bad_request, no_room, not_found
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, Stream, answer, etag
from sync.couch.revision import Rev, format_rev, parse_rev
from sync.couch.store import Store
from sync.couch.stored import Leaf, find, find_leaf
from sync.couch.wire import Json, loads

IN_MEMORY = 1024 * 1024
"""An upload up to so many bytes waits in memory, a larger one in a file beside the database."""


async def get(node: Node, request: Request) -> Answer:
    store = node.store(request)
    entry = store.now(lambda connection: _entry(connection, request))
    tag = f'"{entry["digest"].removeprefix("md5-")}"'
    headers = {
        "ETag": tag,
        "Content-MD5": entry["digest"].removeprefix("md5-"),
        "Accept-Ranges": "none",
        "Content-Length": str(entry["length"]),
    }
    if request.header(b"if-none-match") == tag:
        return Response(b"", 304, {"ETag": tag})
    return Stream(_send(store, entry), 200, headers, entry["content_type"])


def _entry(connection: sqlite3.Connection, request: Request) -> dict[str, Json]:
    doc = find(connection, check_id(request.id))
    if doc is None:
        raise not_found()
    leaf: Leaf | None = doc.winner
    if "rev" in request.query:
        leaf = find_leaf(connection, doc, parse_rev(request.query["rev"]), False)
    elif doc.winner.deleted:
        raise not_found("deleted")
    entry = read_entries(leaf.attachments).get(request.attachment) if leaf else None
    if entry is None:
        raise not_found("Document is missing attachment")
    return entry


async def _send(store: Store, entry: dict[str, Json]) -> AsyncGenerator[bytes, None]:
    with store.snapshot() as connection:
        parts = pieces(connection, entry)
        while piece := await store.aside(lambda: next(parts, None)):
            yield piece


async def put(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    name, rev = request.attachment, asked_rev(request)
    if name.startswith("_"):
        raise bad_request(f"Attachment name '{name}' starts with prohibited character '_'")
    with SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(store.path.parent)) as spool:
        upload = await _received(request, cast(BinaryIO, spool))

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
    stubs: dict[str, Upload | Stub] = {
        name: Stub(item["digest"], item["revpos"])
        for name, item in read_entries(leaf.attachments).items()
    }
    revs = () if rev is None else (rev,)
    return Edit(id, loads(leaf.body), revs, False, stubs, leaf.body)


async def _received(request: Request, spool: BinaryIO) -> Upload:
    """The body, on its way to the disk. Raises CouchError 413, 507."""
    state, length = md5(usedforsecurity=False), 0
    try:
        async for chunk in request.chunks(MAX_ATTACHMENT):
            state.update(chunk)
            length += len(chunk)
            spool.write(chunk)
    except OSError as error:
        raise no_room() from error
    kind = request.header(b"content-type") or "application/octet-stream"
    return Upload(kind, spool, length, state.digest())


def _saved(id: str, rev: Rev, status: int) -> Response:
    text = format_rev(rev)
    return answer({"ok": True, "id": id, "rev": text}, status, {"ETag": etag(text)})
