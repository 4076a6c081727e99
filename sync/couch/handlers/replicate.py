"""`/_replicate` and `/_scheduler`: replications asked for, and how they go."""

from typing import Any

from sync.couch.errors import CouchError, bad_request, not_found
from sync.couch.node import Node
from sync.couch.replicator.documents import NAME, Asked
from sync.couch.replicator.errors import ReplicationError
from sync.couch.replicator.running import Running, stamp
from sync.couch.replicator.wish import wished
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.wire import Json

NODE = "nonode@nohost"
"""What CouchDB calls a server that stands alone."""


async def replicate(node: Node, request: Request) -> Answer:
    """Replicate once and answer, or keep at it, or (`cancel`) stop."""
    asked, here = await request.fields(), node.replicator
    try:
        wish = wished(asked, here.place)
        if asked.get("cancel") is True:
            if not await here.replications.end(wish.task(node.uuid)):
                raise not_found("replication not found")
            return answer({"ok": True, "_local_id": wish.task(node.uuid)})
        if wish.continuous:
            return answer({"ok": True, "_local_id": here.replications.keep(wish).id}, 202)
        return answer(await here.replications.once(wish))
    except ReplicationError as error:
        raise CouchError(error.status, error.word, error.reason) from error


async def jobs(node: Node, request: Request) -> Answer:
    """`/_scheduler/jobs`."""
    skip, limit = _page(request)
    found = sorted(node.replicator.replications.all(), key=lambda running: running.id)
    rows: list[Json] = [_job(running) for running in found]
    return answer({"total_rows": len(rows), "offset": skip, "jobs": rows[skip:][:limit]})


async def docs(node: Node, request: Request) -> Answer:
    """`/_scheduler/docs`, of all replicator databases or of the one there is, or one document."""
    path, asked = request.path[2:], node.replicator.documents.asked
    if path and path[0] != NAME:
        raise not_found("Database does not exist." if len(path) == 1 else "missing")
    if len(path) > 1:
        id = "/".join(path[1:])
        if id not in asked:
            raise not_found()
        return answer(_document(id, asked[id]))
    skip, limit = _page(request)
    rows: list[Json] = [_document(id, asked[id]) for id in sorted(asked)]
    return answer({"total_rows": len(rows), "offset": skip, "docs": rows[skip:][:limit]})


def tasks(node: Node) -> list[Json]:
    """What `_active_tasks` tells of replications."""
    return [_task(running) for running in node.replicator.replications.all()]


def _page(request: Request) -> tuple[int, int | None]:
    skip, limit = request.number("skip", 0) or 0, request.number("limit")
    if skip < 0 or (limit is not None and limit < 0):
        raise bad_request("skip and limit are not negative")
    return skip, limit


def _job(running: Running) -> dict[str, Any]:
    return {
        "database": NAME if running.document else None,
        "id": running.id,
        "pid": None,
        "source": str(running.wish.source),
        "target": str(running.wish.target),
        "user": None,
        "doc_id": running.document,
        "info": running.info(),
        "history": list(running.past),
        "node": NODE,
        "start_time": stamp(running.started),
    }


def _document(id: str, asked: Asked) -> dict[str, Any]:
    running, wish = asked.running, asked.wish
    updated = running.updated if running else asked.at
    return {
        "database": NAME,
        "doc_id": id,
        "id": running.id if running else None,
        "node": NODE,
        "source": str(wish.source) if wish else None,
        "target": str(wish.target) if wish else None,
        "state": running.state if running else asked.state,
        "info": running.info() if running else asked.told,
        "error_count": running.failures if running else 0,
        "last_updated": stamp(updated),
        "start_time": stamp(running.started if running else asked.at),
        "source_proxy": None,
        "target_proxy": None,
    }


def _task(running: Running) -> dict[str, Any]:
    return {
        "type": "replication",
        "replication_id": running.id,
        "doc_id": running.document,
        "database": NAME if running.document else None,
        "node": NODE,
        "source": str(running.wish.source),
        "target": str(running.wish.target),
        "continuous": running.wish.continuous,
        "started_on": int(running.started.timestamp()),
        "updated_on": int(running.updated.timestamp()),
        "checkpoint_interval": int(running.wish.interval * 1000),
        **running.info(),
    }
