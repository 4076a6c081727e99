"""`/db/_bulk_docs` and `/db/_bulk_get`."""

import secrets
import sqlite3

from sync.couch.document import Edit, check_id, parse_document
from sync.couch.edits import Transaction, graft, save
from sync.couch.errors import CouchError, bad_request
from sync.couch.handlers.document import check_history, options_of
from sync.couch.handlers.local import save_local
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, answer
from sync.couch.revision import format_rev, parse_rev
from sync.couch.stored import Leaf, Stored, all_leaves, find, find_leaf, render
from sync.couch.wire import Json, dumps


async def docs(node: Node, request: Request) -> Answer:
    """`_bulk_docs`: each document by itself; with `new_edits=false` only refusals are listed."""
    store = node.store(request)
    body = await request.fields()
    new_edits = body.get("new_edits", True)
    if not isinstance(new_edits, bool):
        raise bad_request("`new_edits` parameter must be a boolean.")
    edits = await store.aside(lambda: _parse_all(body, new_edits))

    def work(tx: Transaction) -> list[Json]:
        return [_apply(tx, edit, new_edits) for edit in edits]

    rows = await store.write(work)
    return answer(rows if new_edits else [row for row in rows if "error" in row], 201)


def _parse_all(body: dict[str, Json], new_edits: bool) -> list[Edit]:
    if "docs" not in body:
        raise bad_request("POST body must include `docs` parameter.")
    if not isinstance(body["docs"], list):
        raise bad_request("`docs` parameter must be an array.")
    edits = [parse_document(doc) for doc in body["docs"]]
    for edit in edits:
        edit.id = edit.id or secrets.token_hex(16)
        if not new_edits and not edit.id.startswith("_local/"):
            check_history(edit)
    return edits


def _apply(tx: Transaction, edit: Edit, new_edits: bool) -> Json:
    try:
        if edit.id.startswith("_local/"):
            return {"ok": True, "id": edit.id, "rev": save_local(tx, edit)}
        if not new_edits:
            graft(tx, edit)
            return {"ok": True}
        return {"ok": True, "id": edit.id, "rev": format_rev(save(tx, edit))}
    except CouchError as error:
        return {"id": edit.id, "error": error.error, "reason": error.reason}


async def get(node: Node, request: Request) -> Answer:
    """`_bulk_get`: many documents, each at the revisions asked for."""
    store = node.store(request)
    body = await request.fields()
    asked = body.get("docs")
    if not isinstance(asked, list):
        raise bad_request("Missing JSON list of 'docs'.")

    def read(connection: sqlite3.Connection) -> bytes:
        return b",".join(_result(connection, request, item) for item in asked)

    return Response(b'{"results":[' + await store.read(read) + b"]}\n")


def _result(connection: sqlite3.Connection, request: Request, item: Json) -> bytes:
    if not isinstance(item, dict):
        raise bad_request("document must be a JSON object")
    id = check_id(item.get("id"))
    since = item.get("atts_since") or []
    if not isinstance(since, list):
        raise bad_request("Invalid list of revisions")
    options = [*options_of(request), *(["attachments"] if since else [])]
    doc = find(connection, id)
    found = _leaves(connection, request, doc, item.get("rev"))
    docs = [
        b'{"ok":' + render(connection, doc, leaf, options, since) + b"}"
        if doc and isinstance(leaf, Leaf)
        else _missing(id, str(leaf))
        for leaf in found
    ]
    return b'{"id":' + dumps(id) + b',"docs":[' + b",".join(docs) + b"]}"


def _leaves(
    connection: sqlite3.Connection, request: Request, doc: Stored | None, rev: Json
) -> list[Leaf] | list[str]:
    """The leaves asked for; without a revision all of them; a revision's text when missing."""
    if rev is None:
        return all_leaves(connection, doc) if doc else ["undefined"]
    leaf = find_leaf(connection, doc, parse_rev(rev), request.flag("latest")) if doc else None
    return [leaf] if leaf else [rev]


def _missing(id: str, rev: str) -> bytes:
    return dumps({"error": {"id": id, "rev": rev, "error": "not_found", "reason": "missing"}})
