"""From method and path to a handler: the ASGI application."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sync.couch.access import OPEN, admit
from sync.couch.errors import CouchError, not_allowed, not_found, not_implemented
from sync.couch.handlers import (
    alldocs,
    attachment,
    bulk,
    bulkget,
    changes,
    cluster,
    database,
    document,
    find,
    local,
    purge,
    replicate,
    revisions,
    root,
    session,
)
from sync.couch.names import SYSTEM
from sync.couch.node import Node
from sync.couch.request import Disconnected, Receive, Request
from sync.couch.response import Answer, Send, refusal, send_answer

Handler = Callable[[Node, Request], Awaitable[Answer]]
Methods = dict[str, Handler]

_log = logging.getLogger(__name__)

_NODE: dict[str, Methods] = {
    "_up": {"GET": root.up},
    "_uuids": {"GET": root.uuids},
    "_all_dbs": {"GET": root.all_dbs},
    "_active_tasks": {"GET": root.active_tasks},
    "_db_updates": {"GET": cluster.db_updates},
    "_dbs_info": {"GET": cluster.dbs_info, "POST": cluster.dbs_info},
    "_membership": {"GET": cluster.membership},
    "_replicate": {"POST": replicate.replicate},
    "_session": {"GET": session.get, "POST": session.post, "DELETE": session.delete},
}
_DATABASE: dict[str, Methods] = {
    "_all_docs": {"GET": alldocs.get, "POST": alldocs.post},
    "_bulk_docs": {"POST": bulk.docs},
    "_bulk_get": {"POST": bulkget.get},
    "_changes": {"GET": changes.get, "POST": changes.post},
    "_compact": {"POST": database.compact},
    "_design_docs": {"GET": alldocs.get, "POST": alldocs.post},
    "_ensure_full_commit": {"POST": database.ensure_full_commit},
    "_explain": {"POST": find.explain},
    "_find": {"POST": find.find},
    "_index": {"GET": find.list_indexes, "POST": find.create_index},
    "_local_docs": {"GET": alldocs.get, "POST": alldocs.post},
    "_missing_revs": {"POST": revisions.missing},
    "_purge": {"POST": purge.post},
    "_purged_infos": {"GET": purge.infos},
    "_purged_infos_limit": {"GET": purge.infos_limit, "PUT": purge.set_infos_limit},
    "_revs_diff": {"POST": revisions.diff},
    "_revs_limit": {"GET": database.revs_limit, "PUT": database.set_revs_limit},
    "_security": {"GET": database.security, "PUT": database.set_security},
    "_view_cleanup": {"POST": database.view_cleanup},
}
_DATABASE_ITSELF: Methods = {
    "GET": database.info,
    "PUT": database.create,
    "DELETE": database.delete,
    "POST": document.post,
}
_DOCUMENT: Methods = {
    "GET": document.get,
    "PUT": document.put,
    "DELETE": document.delete,
    "COPY": document.copy,
}
_ATTACHMENT: Methods = {
    "GET": attachment.get,
    "PUT": attachment.put,
    "DELETE": attachment.delete,
}
_LOCAL: Methods = {"GET": local.get, "PUT": local.put, "DELETE": local.delete}
_LATER = {
    "_reshard",
    "_search_analyze",
}
_LATER_IN_DATABASE = {
    "_shards",
    "_sync_shards",
    "_partition",
    "_auto_purge",
}
_JAVASCRIPT = {"_view", "_show", "_list", "_update", "_rewrite", "_search", "_nouveau"}


class Application:
    """The database as an ASGI application over a Node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            result = await self._answer(scope, receive)
            await send_answer(result, scope["method"], receive, send)
        except Disconnected:
            return
        except CouchError as error:
            _log.warning("%s %s cut short: %s", scope["method"], scope["path"], error)

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> Answer:
        request: Request | None = None
        try:
            request = Request(scope, receive)
            if not request.path or request.path[0] not in OPEN:
                await admit(self._node, request)
            return await _route(request)(self._node, request)
        except CouchError as error:
            return refusal(error)
        except Disconnected:
            raise
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            return refusal(CouchError(500, "internal_server_error", "see the log"))
        finally:
            if request:
                request.end()


def _route(request: Request) -> Handler:
    methods = _methods(request.path)
    method = "GET" if request.method == "HEAD" else request.method
    handler = methods.get(method)
    if handler is None:
        allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]
        raise not_allowed(",".join(sorted(allowed)))
    return handler


def _methods(path: list[str]) -> Methods:
    if not path:
        return {"GET": root.welcome}
    if path[0] in _LATER:
        raise not_implemented(f"{path[0]} is not implemented")
    if path[0] in _NODE and len(path) == 1:
        return _NODE[path[0]]
    if path[:2] == ["_scheduler", "jobs"] and len(path) == 2:
        return {"GET": replicate.jobs}
    if path[:2] == ["_scheduler", "docs"]:
        return {"GET": replicate.docs}
    if path[0] == "_node" and len(path) > 1:
        return _node(path)
    if path[0].startswith("_") and path[0] not in SYSTEM:
        raise not_found()
    if len(path) == 1:
        return _DATABASE_ITSELF
    return _in_database(path[1:])


def _node(path: list[str]) -> Methods:
    if len(path) == 2:
        return {"GET": cluster.name}
    if path[2] == "_config":
        return {"GET": cluster.config}
    if path[2:] == ["_system"]:
        return {"GET": cluster.system}
    raise not_implemented(f"{path[2]} of a node is not implemented")


def _in_database(path: list[str]) -> Methods:
    first = path[0]
    if path[1:] == ["queries"] and first in ("_all_docs", "_design_docs", "_local_docs"):
        return {"POST": alldocs.queries}
    if first in _LATER_IN_DATABASE or (first == "_all_docs" and len(path) > 1):
        raise not_implemented(f"{'/'.join(path)} is not implemented")
    if first in _DATABASE and len(path) == 1:
        return _DATABASE[first]
    if first == "_index":
        return {"DELETE": find.delete_index}
    if first == "_local" or first.startswith("_local/"):
        return _LOCAL
    if first == "_design":
        return _design(path)
    return _DOCUMENT if len(path) == 1 else _ATTACHMENT


def _design(path: list[str]) -> Methods:
    if len(path) < 2:
        raise not_found()
    if len(path) > 2 and path[2] in _JAVASCRIPT:
        raise not_implemented("design documents are kept and never run: no JavaScript here")
    if len(path) > 2 and path[2] == "_info":
        raise not_implemented("_info is not implemented")
    return _DOCUMENT if len(path) == 2 else _ATTACHMENT
