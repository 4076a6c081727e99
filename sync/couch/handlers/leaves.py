"""`/db/id?open_revs=…`: several revisions of one document, as JSON or as `multipart/mixed`."""

import secrets
import sqlite3
from functools import partial

from sync.couch.errors import not_found
from sync.couch.handlers.options import asked, rev_list
from sync.couch.related import Segment, open_body, write_related
from sync.couch.request import Request
from sync.couch.response import Answer, Response, Stream
from sync.couch.revision import format_rev, parse_rev
from sync.couch.store import Store
from sync.couch.stored import Leaf, Stored, all_leaves, find, find_leaf, render
from sync.couch.wire import dumps, loads

MISSING = b'application/json; error="true"'


async def get(store: Store, request: Request, id: str) -> Answer:
    if not request.accepts("multipart/mixed"):
        if "attachments" in request.query or "atts_since" in request.query:
            return await store.read(partial(_as_json, request, id))
        return store.now(partial(_as_json, request, id))
    boundary = secrets.token_hex(16)
    _, chunks = await open_body(store, partial(_as_mixed, request, id, boundary.encode()))
    return Stream(chunks, content_type=f'multipart/mixed; boundary="{boundary}"')


def _as_json(request: Request, id: str, connection: sqlite3.Connection) -> Response:
    options, since = asked(request)
    doc, found = _find(request, id, connection)
    rows = [
        b'{"missing":' + dumps(leaf) + b"}"
        if isinstance(leaf, str) or doc is None
        else b'{"ok":' + render(connection, doc, leaf, options, since) + b"}"
        for leaf in found
    ]
    return Response(b"[" + b",".join(rows) + b"]\n")


def _as_mixed(
    request: Request, id: str, boundary: bytes, connection: sqlite3.Connection
) -> list[Segment]:
    """A part for each revision, as chttpd_db:send_docs_multipart/3 writes them."""
    options, since = asked(request)
    doc, found = _find(request, id, connection)
    body: list[Segment] = [b"--" + boundary]
    for leaf in found:
        if isinstance(leaf, str) or doc is None:
            head, part = MISSING, list[Segment]([b'{"missing":' + dumps(leaf) + b"}"])
        else:
            kind, part = write_related(connection, doc, leaf, options, since)
            head = kind.encode()
        body += [b"\r\nContent-Type: " + head + b"\r\n\r\n", *part, b"\r\n--" + boundary]
    return [*body, b"--"]


def _find(
    request: Request, id: str, connection: sqlite3.Connection
) -> tuple[Stored | None, list[Leaf | str]]:
    """The document and the leaves asked for; of one that is missing its revision's text."""
    doc, text = find(connection, id), request.query["open_revs"]
    if text == "all":
        if doc is None:
            raise not_found()
        return doc, [*all_leaves(connection, doc)]
    latest = request.flag("latest")
    found: list[Leaf | str] = []
    for rev in map(parse_rev, rev_list(loads(text.encode()))):
        leaf = find_leaf(connection, doc, rev, latest) if doc else None
        found.append(leaf or format_rev(rev))
    return doc, found
