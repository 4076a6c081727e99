"""The server itself: `/`, `/_up`, `/_uuids`, `/_all_dbs`, `/_active_tasks`."""

import secrets
from hashlib import md5

from sync.couch.errors import CouchError
from sync.couch.handlers import replicate
from sync.couch.node import VERSION, Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, answer, etag
from sync.couch.wire import dumps

MAX_UUIDS = 1000


async def welcome(node: Node, request: Request) -> Answer:
    return answer(
        {
            "couchdb": "Welcome",
            "version": VERSION,
            "uuid": node.uuid,
            "features": [],
            "vendor": {"name": "Résidacœur, embedded"},
        }
    )


async def up(node: Node, request: Request) -> Answer:
    return answer({"status": "ok", "seeds": {}})


async def uuids(node: Node, request: Request) -> Answer:
    count = request.number("count", 1) or 0
    if count > MAX_UUIDS:
        raise CouchError(400, "bad_request", "count parameter too large")
    return answer(
        {"uuids": [secrets.token_hex(16) for _ in range(count)]},
        headers={"Cache-Control": "no-store"},
    )


async def all_dbs(node: Node, request: Request) -> Answer:
    names = node.databases.names()
    low, high = request.value("startkey", "start_key"), request.value("endkey", "end_key")
    if isinstance(low, str):
        names = [name for name in names if name >= low]
    if isinstance(high, str):
        names = [name for name in names if name <= high]
    if request.flag("descending"):
        names.reverse()
    skip, limit = request.number("skip", 0) or 0, request.number("limit")
    body = dumps(names[skip:][:limit]) + b"\n"
    tag = {"ETag": etag(md5(body, usedforsecurity=False).hexdigest())}
    return Response(b"", 304, tag) if request.has(tag["ETag"]) else Response(body, 200, tag)


async def active_tasks(node: Node, request: Request) -> Answer:
    return answer(replicate.tasks(node))
