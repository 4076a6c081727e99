"""`/db/_local/id`: documents that never leave this database, checkpoints above all."""

import sqlite3

from sync.couch.document import Edit, check_id, parse_document
from sync.couch.edits import Transaction
from sync.couch.errors import bad_request, not_found
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, answer
from sync.couch.wire import dumps, loads


def save_local(tx: Transaction, edit: Edit) -> str:
    """Write (or, when it says `_deleted`, remove) a local document.

    The last write wins, and its revision is `0-N` with N one more than the revision it gives, as
    couch_db_updater has it. Raises CouchError 400 for a revision that is not `0-N`.
    """
    generation, number = edit.revs[0] if edit.revs else (0, "0")
    if generation or not (number.isdecimal() and number.isascii()) or len(number) > 15:
        raise bad_request("Invalid rev format")
    if edit.deleted:
        tx.connection.execute("DELETE FROM locals WHERE id = ?", (edit.id,))
        return "0-0"
    tx.connection.execute(
        "REPLACE INTO locals VALUES (?, ?, ?)", (edit.id, int(number) + 1, edit.raw)
    )
    return f"0-{int(number) + 1}"


async def get(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)

    def read(connection: sqlite3.Connection) -> tuple[int, bytes] | None:
        row: tuple[int, bytes] | None = connection.execute(
            "SELECT rev, body FROM locals WHERE id = ?", (id,)
        ).fetchone()
        return row

    row = store.now(read)
    if row is None:
        raise not_found()
    rest = b"," + row[1][1:] if row[1] != b"{}" else b"}"
    head = b'{"_id":' + dumps(id) + b',"_rev":' + dumps(f"0-{row[0]}")
    return Response(head + rest + b"\n", 200, {"ETag": f'"0-{row[0]}"'})


async def put(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    edit = parse_document(loads(await request.body()), id)
    _take_rev(request, edit)
    rev = await store.write(lambda tx: save_local(tx, edit))
    return answer({"ok": True, "id": id, "rev": rev}, 201)


async def delete(node: Node, request: Request) -> Answer:
    store, id = node.store(request), check_id(request.id)
    edit = parse_document({"_deleted": True}, id)
    _take_rev(request, edit)

    def work(tx: Transaction) -> str:
        if not tx.connection.execute("SELECT 1 FROM locals WHERE id = ?", (id,)).fetchone():
            raise not_found()
        return save_local(tx, edit)

    return answer({"ok": True, "id": id, "rev": await store.write(work)})


def _take_rev(request: Request, edit: Edit) -> None:
    if "rev" in request.query and not edit.revs:
        edit.revs = parse_document({"_rev": request.query["rev"]}, "x").revs
