"""`/db/_bulk_get`: many documents, each at the revisions asked for, as JSON or multipart."""

import secrets
import sqlite3
from functools import partial
from typing import NamedTuple

from sync.couch.document import check_id
from sync.couch.errors import CouchError, bad_request
from sync.couch.handlers.leaves import MISSING
from sync.couch.handlers.options import options_of, rev_list
from sync.couch.node import Node
from sync.couch.related import Segment, open_body, printable, write_related
from sync.couch.request import Request
from sync.couch.response import Answer, Response, Stream
from sync.couch.revision import parse_rev
from sync.couch.stored import Leaf, Stored, all_leaves, find, find_leaf, render
from sync.couch.wire import Json, dumps

_PER_ITEM = ("open_revs", "new_edits", "w", "rev", "atts_since")


class _Found(NamedTuple):
    """One revision asked for: a leaf, or CouchDB's words why there is none."""

    id: Json
    doc: Stored | None
    leaf: Leaf | dict[str, Json]
    options: list[str]
    since: list[str]


async def get(node: Node, request: Request) -> Answer:
    store, wanted = node.store(request), (await request.fields()).get("docs")
    if not isinstance(wanted, list):
        raise bad_request("Missing JSON list of 'docs'.")
    for name in _PER_ITEM:
        if name in request.query:
            raise bad_request(f'"{name}" query parameter is not acceptable')
    mixed, related = request.accepts("multipart/mixed"), request.accepts("multipart/related")
    if request.accepts("application/json") or not (mixed or related):
        return await store.read(partial(_as_json, request, wanted))
    boundary = secrets.token_hex(16)
    read = partial(_as_multipart, request, wanted, boundary.encode())
    _, chunks = await open_body(store, read)
    kind = "mixed" if mixed else "related"
    return Stream(chunks, content_type=f'multipart/{kind}; boundary="{boundary}"')


def _as_json(request: Request, wanted: list[Json], connection: sqlite3.Connection) -> Response:
    rows = []
    for item in wanted:
        found = _find(request, connection, item)
        docs = b",".join(_json(connection, each) for each in found)
        rows.append(b'{"id":' + dumps(found[0].id) + b',"docs":[' + docs + b"]}")
    return Response(b'{"results":[' + b",".join(rows) + b"]}\n")


def _json(connection: sqlite3.Connection, found: _Found) -> bytes:
    if not isinstance(found.leaf, Leaf) or found.doc is None:
        return b'{"error":' + dumps(found.leaf) + b"}"
    rendered = render(connection, found.doc, found.leaf, found.options, found.since)
    return b'{"ok":' + rendered + b"}"


def _as_multipart(
    request: Request, wanted: list[Json], boundary: bytes, connection: sqlite3.Connection
) -> list[Segment]:
    """A part for each revision, as chttpd_db:bulk_get_ret_multipart/4 writes them."""
    body: list[Segment] = []
    for item in wanted:
        for found in _find(request, connection, item):
            body += [b"\r\n--" + boundary, *_part(connection, found)]
    return [*body, b"\r\n--" + boundary + b"--\r\n"] if body else []


def _part(connection: sqlite3.Connection, found: _Found) -> list[Segment]:
    if not isinstance(found.leaf, Leaf) or found.doc is None:
        return [b"\r\nContent-Type: " + MISSING + b"\r\n\r\n" + dumps(found.leaf)]
    kind, body = write_related(connection, found.doc, found.leaf, found.options, found.since)
    head = f"\r\nContent-Type: {kind}\r\n\r\n"
    if len(body) > 1:
        head = f"\r\nX-Doc-Id: {printable(found.doc.id)}\r\nX-Rev-Id: {found.leaf.rev}" + head
    return [head.encode(), *body]


def _find(request: Request, connection: sqlite3.Connection, item: Json) -> list[_Found]:
    """What `item` asks for; what is wrong with it is said in its place, the others go on."""
    options, id, rev = options_of(request), None, None
    try:
        if not isinstance(item, dict):
            raise bad_request("document must be a JSON object")
        if "id" not in item:
            raise bad_request("document id missed")
        id = item["id"]
        check_id(id)
        rev, since = item.get("rev"), rev_list(item.get("atts_since", []))
        doc = find(connection, id)
        leaves = _leaves(connection, request, doc, rev)
    except CouchError as error:
        return [_Found(id, None, _refused(id, rev, error), options, [])]
    options += ["attachments"] if since and "attachments" not in options else []
    if not leaves:
        words = {"id": id, "rev": rev or "undefined", "error": "not_found", "reason": "missing"}
        return [_Found(id, None, words, options, since)]
    return [_Found(id, doc, leaf, options, since) for leaf in leaves]


def _refused(id: Json, rev: Json, error: CouchError) -> dict[str, Json]:
    return {"id": id, "rev": rev, "error": error.error, "reason": error.reason}


def _leaves(
    connection: sqlite3.Connection, request: Request, doc: Stored | None, rev: Json
) -> list[Leaf]:
    """The leaves asked for; without a revision all of them."""
    if rev is None:
        return all_leaves(connection, doc) if doc else []
    parsed = parse_rev(rev)
    leaf = find_leaf(connection, doc, parsed, request.flag("latest")) if doc else None
    return [leaf] if leaf else []
