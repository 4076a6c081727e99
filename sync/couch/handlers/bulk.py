"""`/db/_bulk_docs`: many documents written at once."""

import secrets

from sync.couch.access import guard
from sync.couch.document import Edit, parse_document
from sync.couch.edits import Transaction, graft, save
from sync.couch.errors import CouchError, bad_request
from sync.couch.handlers.document import check_history, prepared
from sync.couch.handlers.local import save_local
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.revision import format_rev
from sync.couch.store import Store
from sync.couch.users import DATABASE
from sync.couch.wire import Json


async def docs(node: Node, request: Request) -> Answer:
    """`_bulk_docs`: each document by itself; with `new_edits=false` only refusals are listed."""
    store = node.store(request)
    body = await request.fields()
    new_edits = body.get("new_edits", True)
    if not isinstance(new_edits, bool):
        raise bad_request("`new_edits` parameter must be a boolean.")
    edits = await store.aside(lambda: _parse_all(body, new_edits))
    refused = await _refused(store, request, edits)

    def work(tx: Transaction) -> list[Json]:
        return [refused.get(n) or _apply(tx, edit, new_edits) for n, edit in enumerate(edits)]

    rows = await store.write(work)
    return answer(rows if new_edits else [row for row in rows if "error" in row], 201)


async def _refused(store: Store, request: Request, edits: list[Edit]) -> dict[int, Json]:
    """What of `edits` the asker may not write, or the database will not have, by its place."""
    if request.shapes and store.name != DATABASE:
        return {}
    found: dict[int, Json] = {}
    for n, edit in enumerate(edits):
        try:
            guard(request, edit.id)
            await prepared(store, edit)
        except CouchError as error:
            found[n] = {"id": edit.id, "error": error.error, "reason": error.reason}
    return found


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
