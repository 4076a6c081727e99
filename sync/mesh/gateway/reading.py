"""What peers read: the feed, documents by the hundred, one document with its attachments."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from sync.couch.wire import dumps, loads
from sync.mesh.errors import Refusal, not_found
from sync.mesh.gateway import feed
from sync.mesh.gateway.answers import body, json, stream
from sync.mesh.gateway.calls import Call
from sync.mesh.gateway.rights import Rights
from sync.mesh.local import PLAIN, Local

ASKED: Final = 8 * 2**20
"""Bytes of a question: ten thousand ids with their revisions."""

MANY: Final = 10_000
TOLD: Final = ("db_name", "update_seq", "instance_start_time", "purge_seq", "compact_running")
"""What a replicator wants to know of a database; how much is in it is nobody's business."""

JSON: Final = {**PLAIN, "Content-Type": "application/json"}
FEEDS: Final = ("normal", "longpoll", "continuous")
CARRIED: Final = ("Accept",)

Served = Callable[[str], bool]
"""Whether the document with this id may still be served."""


class Reading:
    """Answers the reading calls of peers, from the database ``local``."""

    def __init__(self, local: Local, served: Served) -> None:
        self._local = local
        self._served = served

    async def info(self, call: Call) -> web.Response:
        """What a replicator must know of a database."""
        status, found = await self._local.ask("GET", call.path())
        if status != 200:
            return json(found, status)
        return json({name: found[name] for name in TOLD if name in found})

    async def changes(
        self, request: web.BaseRequest, call: Call, rights: Rights
    ) -> web.StreamResponse:
        """The feed, its rows picked by the peer's rights and by what it asks for."""
        asked = await body(request, ASKED) if request.method == "POST" else {}
        query, wanted = _picked(dict(call.query), asked if isinstance(asked, dict) else {}, rights)
        kind = query.get("feed", "normal")
        if kind not in FEEDS:
            raise Refusal(400, "bad_request", "no such feed")
        path = f"/{call.db}/_changes?{urlencode(query)}"

        def allowed(row: Any) -> bool:
            return rights.may_read(str(row["id"])) and self._served(str(row["id"]))

        method, data = ("POST", dumps(wanted)) if wanted else ("GET", None)
        async with self._local.opened(method, path, data, JSON) as answer:
            shaped = feed.continuous if kind == "continuous" else feed.listed
            return await stream(request, answer, shaped(answer.content, allowed))

    async def bulk_get(
        self, request: web.BaseRequest, call: Call, rights: Rights
    ) -> web.StreamResponse:
        """Documents by id and revision, as many answers as questions, in their order.

        The database's answer is handed on as it comes where the peer may have all it asks for.
        """
        asked = await body(request, ASKED)
        docs = asked.get("docs") if isinstance(asked, dict) else None
        if not isinstance(docs, list) or len(docs) > MANY:
            raise Refusal(400, "bad_request", "Missing JSON list of 'docs'.")
        if not all(isinstance(doc, dict) and isinstance(doc.get("id"), str) for doc in docs):
            raise Refusal(400, "bad_request", "each of 'docs' has an id")
        may = [self._open(rights, doc["id"]) for doc in docs]
        sent = dumps({"docs": [doc for doc, open_ in zip(docs, may, strict=True) if open_]})
        async with self._local.opened("POST", call.path(), sent, JSON) as answer:
            if all(may) or answer.status != 200:
                return await stream(request, answer)
            rows = iter(loads(await answer.read())["results"])
        pairs = zip(docs, may, strict=True)
        return json({"results": [next(rows) if open_ else _missing(doc) for doc, open_ in pairs]})

    async def document(
        self, request: web.BaseRequest, call: Call, rights: Rights
    ) -> web.StreamResponse:
        """One document, as it comes: JSON, `multipart/related` or `multipart/mixed`."""
        if not self._open(rights, call.id):
            raise not_found()
        headers = {**PLAIN, **{n: request.headers[n] for n in CARRIED if n in request.headers}}
        async with self._local.opened("GET", call.path(), None, headers) as answer:
            return await stream(request, answer)

    async def revs_diff(
        self, request: web.BaseRequest, call: Call, rights: Rights
    ) -> web.StreamResponse:
        """Which revisions are missing here; nothing is said of ids out of the peer's reach."""
        asked = await body(request, ASKED)
        if not isinstance(asked, dict) or len(asked) > MANY:
            raise Refusal(400, "bad_request", "Request body must be a JSON object")
        mine = dumps({id: revs for id, revs in asked.items() if rights.may_read(id)})
        async with self._local.opened("POST", call.path(), mine, JSON) as answer:
            return await stream(request, answer)

    def _open(self, rights: Rights, id: str) -> bool:
        return rights.may_read(id) and self._served(id)


def _picked(
    query: dict[str, str], asked: dict[str, Any], rights: Rights
) -> tuple[dict[str, str], dict[str, Any]]:
    """The query and body of a feed after the peer's rights. Raises Refusal 400."""
    name = query.pop("filter", None)
    if name == "_doc_ids":
        ids = asked.get("doc_ids")
        if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
            raise Refusal(400, "bad_request", "`doc_ids` is not a list of ids")
        mine = [id for id in ids if rights.may_read(id)]
        return {**query, "filter": "_doc_ids"}, {"doc_ids": mine}
    if name not in (None, "_selector"):
        raise Refusal(400, "bad_request", "no such filter")
    selector = asked.get("selector") if name else None
    if name and not isinstance(selector, dict):
        raise Refusal(400, "bad_request", "a selector is an object")
    chosen = rights.selector(selector)
    if chosen is None:
        return query, {}
    return {**query, "filter": "_selector"}, {"selector": dict(chosen)}


def _missing(doc: dict[str, Any]) -> dict[str, Any]:
    """The row for a document that is not there, or not for whom asks."""
    rev = str(doc.get("rev", "undefined"))
    error = {"id": doc["id"], "rev": rev, "error": "not_found", "reason": "missing"}
    return {"id": doc["id"], "docs": [{"error": error}]}
