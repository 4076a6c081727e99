"""`/db/id`: documents read, written, deleted."""

import secrets
import sqlite3
from functools import partial

from sync.couch.document import Edit, check_id, parse_document
from sync.couch.edits import Transaction, graft, save
from sync.couch.errors import bad_request, not_found
from sync.couch.handlers.local import save_local
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, answer, etag
from sync.couch.revision import Rev, format_rev, parse_rev
from sync.couch.stored import Leaf, Stored, all_leaves, find, find_leaf, render
from sync.couch.wire import Json, dumps, loads

_OPTIONS = ("revs", "revs_info", "conflicts", "deleted_conflicts", "local_seq", "attachments")
_BIG = 64 * 1024


def options_of(request: Request) -> list[str]:
    """The options of `render` that the query asks for."""
    wanted = [name for name in _OPTIONS if name in request.query and request.flag(name)]
    if request.query.get("meta") == "true":
        wanted += ["conflicts", "deleted_conflicts", "revs_info"]
    return wanted


async def get(node: Node, request: Request) -> Answer:
    store, id = node.store(request), request.id
    read = partial(_read_open_revs if "open_revs" in request.query else _read, request, id)
    heavy = "attachments" in request.query
    found: Answer = await store.read(read) if heavy else store.now(read)
    return found


def _read(request: Request, id: str, connection: sqlite3.Connection) -> Response:
    doc = find(connection, id)
    leaf = _chosen(request, connection, doc)
    assert doc is not None
    options = options_of(request)
    if etag(leaf.rev) == request.header(b"if-none-match") and not options:
        return Response(b"", 304, {"ETag": etag(leaf.rev)})
    since = _revs(request.value("atts_since")) if "atts_since" in request.query else ()
    if since:
        options.append("attachments")
    body = render(connection, doc, leaf, options, since) + b"\n"
    return Response(body, 200, {} if options else {"ETag": etag(leaf.rev)})


def _chosen(request: Request, connection: sqlite3.Connection, doc: Stored | None) -> Leaf:
    """The leaf that a GET asks for. Raises CouchError 404."""
    if doc is None:
        raise not_found()
    if "rev" in request.query:
        rev = parse_rev(request.query["rev"])
        leaf = find_leaf(connection, doc, rev, request.flag("latest"))
        if leaf is None:
            raise not_found()
        return leaf
    if doc.winner.deleted:
        raise not_found("deleted")
    return doc.winner


def _revs(value: Json) -> list[str]:
    if not isinstance(value, list):
        raise bad_request("Invalid list of revisions")
    return [format_rev(parse_rev(rev)) for rev in value]


def _read_open_revs(request: Request, id: str, connection: sqlite3.Connection) -> Response:
    doc = find(connection, id)
    asked = request.query["open_revs"]
    if asked == "all":
        if doc is None:
            raise not_found()
        leaves: list[Leaf | str] = [*all_leaves(connection, doc)]
    else:
        revs = _revs(loads(asked.encode()))
        latest = request.flag("latest")
        leaves = [_open_rev(connection, doc, parse_rev(rev), latest) for rev in revs]
    options = options_of(request)
    rows = [
        b'{"missing":' + dumps(leaf) + b"}"
        if isinstance(leaf, str) or doc is None
        else b'{"ok":' + render(connection, doc, leaf, options) + b"}"
        for leaf in leaves
    ]
    return Response(b"[" + b",".join(rows) + b"]\n")


def _open_rev(
    connection: sqlite3.Connection, doc: Stored | None, rev: Rev, latest: bool
) -> Leaf | str:
    leaf = find_leaf(connection, doc, rev, latest) if doc else None
    return leaf or format_rev(rev)


async def put(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    body = await request.document()
    edit = await _parsed(node, request, body, id)
    _agree(request, edit)
    status = 200 if edit.deleted else 201
    if not request.flag("new_edits", True):
        check_history(edit)
        await store.write(lambda tx: graft(tx, edit))
        return _saved(id, edit.revs[0], status)
    rev = await store.write(lambda tx: save(tx, edit))
    return _saved(id, rev, status)


async def _parsed(node: Node, request: Request, raw: bytes, id: str | None) -> Edit:
    if len(raw) < _BIG:
        return parse_document(loads(raw), id)
    return await node.store(request).aside(lambda: parse_document(loads(raw), id))


def _agree(request: Request, edit: Edit) -> None:
    """Take the revision from body, query or `If-Match`. Raises CouchError 400 if they differ."""
    given = set(edit.revs[:1])
    if "rev" in request.query:
        given.add(parse_rev(request.query["rev"]))
    if b"if-match" in request.headers:
        given.add(parse_rev(request.header(b"if-match").strip().strip('"')))
    if len(given) > 1:
        raise bad_request("Document rev from request body and query string have different values")
    if given and not edit.revs:
        edit.revs = tuple(given)


def check_history(edit: Edit) -> None:
    """Raises CouchError 400 for a replicated edit that says no revision."""
    if not edit.revs or edit.revs[0][0] < 1:
        raise bad_request(
            "When `new_edits: false`, the document needs `_rev` or `_revisions` specified"
        )


def _saved(id: str, rev: Rev, status: int) -> Response:
    text = format_rev(rev)
    return answer({"ok": True, "id": id, "rev": text}, status, {"ETag": etag(text)})


async def post(node: Node, request: Request) -> Answer:
    """`POST /db`: a document whose id may be left to the database."""
    store = node.store(request)
    edit = await _parsed(node, request, await request.document(strict=True), None)
    edit.id = edit.id or secrets.token_hex(16)
    if edit.id.startswith("_local/"):
        local_rev = await store.write(lambda tx: save_local(tx, edit))
        return answer({"ok": True, "id": edit.id, "rev": local_rev}, 201)
    rev = await store.write(lambda tx: save(tx, edit))
    return _saved(edit.id, rev, 201)


async def delete(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    edit = Edit(id, {}, deleted=True)
    _agree(request, edit)

    def work(tx: Transaction) -> Rev:
        doc = find(tx.connection, id)
        if doc is None or doc.winner.deleted:
            raise not_found("deleted" if doc else "missing")
        return save(tx, edit)

    return _saved(id, await store.write(work), 200)
