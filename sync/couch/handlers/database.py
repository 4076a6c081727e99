"""`/db`: created, described, deleted, and its settings."""

import sqlite3

from sync.couch.errors import bad_request
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.wire import Json, dumps, loads

_CLOSED = {"members": {"roles": ["_admin"]}, "admins": {"roles": ["_admin"]}}
MAX_REVS_LIMIT = 10_000


async def info(node: Node, request: Request) -> Answer:
    store = node.store(request)
    seq, docs, deleted = store.now(_counters)
    size = store.size()
    return answer(
        {
            "db_name": store.name,
            "purge_seq": store.seq(0),
            "update_seq": store.seq(seq),
            "sizes": {"file": size, "external": size, "active": size},
            "props": {},
            "doc_del_count": deleted,
            "doc_count": docs,
            "disk_format_version": 8,
            "compact_running": False,
            "cluster": {"q": 1, "n": 1, "w": 1, "r": 1},
            "instance_start_time": "0",
        }
    )


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
    node.store(request)
    return answer({"ok": True, "instance_start_time": "0"}, 201)


async def compact(node: Node, request: Request) -> Answer:
    """Give the file's free pages back. Old bodies are gone already: only leaves are kept."""
    store = node.store(request)
    request.expect_json()
    await store.compact()
    return answer({"ok": True}, 202)


async def revs_limit(node: Node, request: Request) -> Answer:
    return answer(node.store(request).meta("revs_limit", 1000))


async def set_revs_limit(node: Node, request: Request) -> Answer:
    store = node.store(request)
    limit = loads(await request.body())
    if type(limit) is not int or not 0 < limit <= MAX_REVS_LIMIT:
        raise bad_request("`revs_limit` must be a positive integer")
    await store.set_meta("revs_limit", limit)
    return answer({"ok": True})


async def security(node: Node, request: Request) -> Answer:
    stored = node.store(request).meta("security")
    return answer(loads(stored) if stored else _CLOSED)


async def set_security(node: Node, request: Request) -> Answer:
    store = node.store(request)
    value = await request.fields()
    _check_security(value)
    await store.set_meta("security", dumps(value))
    return answer({"ok": True})


def _check_security(value: dict[str, Json]) -> None:
    for part in ("admins", "members"):
        group = value.get(part, {})
        if not isinstance(group, dict):
            raise bad_request(f"{part} must be a JSON object")
        for kind in ("names", "roles"):
            names = group.get(kind, [])
            if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
                raise bad_request(f"{kind} must be a JSON list of strings")
