"""`/db`: created, described, deleted, and its settings."""

import sqlite3

from sync.couch import security as rules
from sync.couch.document import MAX_HISTORY
from sync.couch.errors import bad_request
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.store import Store
from sync.couch.wire import Json, dumps, loads


async def info(node: Node, request: Request) -> Answer:
    return answer(describe(node.store(request)))


def describe(store: Store) -> dict[str, Json]:
    """What GET /db says."""
    seq, docs, deleted = store.now(_counters)
    size = store.size()
    return {
        "db_name": store.name,
        "purge_seq": store.seq(store.meta("purge_seq", 0)),
        "update_seq": store.seq(seq),
        "sizes": {"file": size, "external": size, "active": size},
        "props": {},
        "doc_del_count": deleted,
        "doc_count": docs,
        "disk_format_version": 8,
        "compact_running": False,
        "cluster": {"q": 1, "n": 1, "w": 1, "r": 1},
        "instance_start_time": store.made,
    }


def _counters(connection: sqlite3.Connection) -> tuple[int, int, int]:
    row: tuple[int, int, int] = connection.execute(
        "SELECT seq, docs, deleted FROM counters"
    ).fetchone()
    return row


async def create(node: Node, request: Request) -> Answer:
    await node.databases.create(request.db)
    return answer({"ok": True}, 201, {"Location": f"/{request.db}"})


async def delete(node: Node, request: Request) -> Answer:
    if "rev" in request.query:
        raise bad_request("You tried to DELETE a database with a ?rev= parameter.")
    node.databases.delete(request.db)
    return answer({"ok": True})


async def ensure_full_commit(node: Node, request: Request) -> Answer:
    """Every answer to a write came after its commit: nothing is left to do."""
    return answer({"ok": True, "instance_start_time": node.store(request).made}, 201)


async def compact(node: Node, request: Request) -> Answer:
    """Give the file's free pages back. Old bodies are gone already: only leaves are kept."""
    store = node.store(request)
    request.expect_json()
    await store.compact()
    return answer({"ok": True}, 202)


async def view_cleanup(node: Node, request: Request) -> Answer:
    """There are no files of views: nothing is left to do."""
    node.store(request)
    request.expect_json()
    return answer({"ok": True}, 202)


async def revs_limit(node: Node, request: Request) -> Answer:
    return answer(node.store(request).meta("revs_limit", 1000))


async def set_revs_limit(node: Node, request: Request) -> Answer:
    store = node.store(request)
    limit = loads(await request.body())
    if type(limit) is not int or not 0 < limit <= MAX_HISTORY:
        raise bad_request("`revs_limit` must be a positive integer")
    await store.set_meta("revs_limit", limit)
    return answer({"ok": True})


async def security(node: Node, request: Request) -> Answer:
    stored = node.store(request).meta("security")
    return answer(loads(stored) if stored else rules.CLOSED)


async def set_security(node: Node, request: Request) -> Answer:
    store = node.store(request)
    value = await request.fields()
    rules.check(value)
    await store.set_meta("security", dumps(value))
    return answer({"ok": True})
