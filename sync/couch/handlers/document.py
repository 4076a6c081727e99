"""`/db/id`: documents read, written, deleted."""

import secrets
import sqlite3
from functools import partial
from urllib.parse import unquote

from sync.couch import users
from sync.couch.access import guard
from sync.couch.attachments import read_entries
from sync.couch.document import Edit, Stub, check_id, parse_document
from sync.couch.edits import Transaction, graft, save
from sync.couch.errors import bad_request, forbidden, not_found
from sync.couch.handlers import leaves
from sync.couch.handlers.local import save_local
from sync.couch.handlers.options import asked
from sync.couch.node import Node
from sync.couch.related import Segment, length_of, open_body, read_related, write_related
from sync.couch.request import Request
from sync.couch.response import Answer, Response, Stream, answer, etag
from sync.couch.revision import Rev, format_rev, parse_rev
from sync.couch.spool import Spool
from sync.couch.store import Store
from sync.couch.stored import Leaf, Stored, all_leaves, find, find_leaf, render
from sync.couch.wire import loads

_BIG = 64 * 1024


async def get(node: Node, request: Request) -> Answer:
    store, id = node.store(request), request.id
    if "open_revs" in request.query:
        return await leaves.get(store, request, id)
    if "attachments" not in request.query and "atts_since" not in request.query:
        return store.now(partial(_read, request, id))
    if request.accepts("multipart/related"):
        return await _related(store, request, id)
    return await store.read(partial(_read, request, id))


def _read(request: Request, id: str, connection: sqlite3.Connection) -> Response:
    doc = find(connection, id)
    leaf = _chosen(request, connection, doc)
    assert doc is not None
    options, since = asked(request)
    headers = {}
    if not options or not _tells_more(connection, doc, options):
        headers = {"ETag": etag(leaf.rev)}
        if request.has(headers["ETag"]):
            return Response(b"", 304, headers)
    return Response(render(connection, doc, leaf, options, since) + b"\n", 200, headers)


def _tells_more(connection: sqlite3.Connection, doc: Stored, options: list[str]) -> bool:
    """Whether an answer with `options` is of more than the revision its tag would name."""
    if "revs_info" in options or "local_seq" in options:
        return True
    conflicts = "conflicts" in options or "deleted_conflicts" in options
    return conflicts and len(all_leaves(connection, doc)) > 1


async def _related(store: Store, request: Request, id: str) -> Stream:
    """The document with its attachments beside it, as CouchDB answers whoever takes it."""
    kind = "application/json"

    def read(connection: sqlite3.Connection) -> list[Segment]:
        nonlocal kind
        doc = find(connection, id)
        leaf = _chosen(request, connection, doc)
        assert doc is not None
        options, since = asked(request)
        if "attachments" not in options:
            return [render(connection, doc, leaf, options)]
        kind, body = write_related(connection, doc, leaf, options, since)
        return body

    body, chunks = await open_body(store, read)
    return Stream(chunks, 200, {"Content-Length": str(length_of(body))}, kind)


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


async def put(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    if not request.kind.startswith("multipart/"):
        body = await request.body()
        return await _write(store, request, await _parsed(store, body, id))
    with Spool(store.path.parent) as spool:
        return await _write(store, request, await read_related(store, request, id, spool))


async def _write(store: Store, request: Request, edit: Edit) -> Response:
    _agree(request, edit)
    await prepared(store, edit)
    status = 200 if edit.deleted else 201
    if not request.flag("new_edits", True):
        check_history(edit)
        await store.write(lambda tx: graft(tx, edit))
        return _saved(edit.id, edit.revs[0], status)
    rev = await store.write(lambda tx: save(tx, edit))
    return _saved(edit.id, rev, status)


async def _parsed(store: Store, raw: bytes, id: str | None) -> Edit:
    if len(raw) < _BIG:
        return parse_document(loads(raw), id)
    return await store.aside(lambda: parse_document(loads(raw), id))


async def prepared(store: Store, *edits: Edit) -> None:
    """Look after what a database of the system asks of its documents. Raises CouchError 403."""
    if store.name == users.DATABASE:
        for edit in edits:
            await store.aside(partial(users.prepare, edit))


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
    request.expect_json()
    edit = await _parsed(store, await request.body(), None)
    edit.id = edit.id or secrets.token_hex(16)
    if edit.id.startswith("_local/"):
        local_rev = await store.write(lambda tx: save_local(tx, edit))
        return answer({"ok": True, "id": edit.id, "rev": local_rev}, 201)
    guard(request, edit.id)
    await prepared(store, edit)
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


async def copy(node: Node, request: Request) -> Answer:
    """`COPY /db/id`: what a document holds, attachments too, written under the id of the header
    `Destination`, which may name the revision it builds upon."""
    store = node.store(request)
    target, revs = _destination(request)
    guard(request, target)
    if store.name == users.DATABASE:
        raise forbidden("Doc ID must be of the form org.couchdb.user:name")
    if target.startswith("_local/"):
        raise bad_request("A local document is no destination here.")

    def work(tx: Transaction) -> Rev:
        leaf = _chosen(request, tx.connection, find(tx.connection, request.id))
        lent = read_entries(leaf.attachments)
        edit = Edit(target, loads(leaf.body), revs, leaf.deleted, raw=leaf.body)
        edit.attachments = {name: Stub(item["digest"], None) for name, item in lent.items()}
        return save(tx, edit, lent)

    return _saved(target, await store.write(work), 201)


def _destination(request: Request) -> tuple[str, tuple[Rev, ...]]:
    """Raises CouchError 400."""
    text = request.header(b"destination")
    if not text:
        raise bad_request("Destination header is mandatory for COPY.")
    if text.startswith(("http://", "https://")):
        raise bad_request("Destination URL must be relative.")
    id, _, query = text.partition("?")
    rev = query.partition("rev=")[2]
    return check_id(unquote(id)), (parse_rev(rev),) if rev else ()
