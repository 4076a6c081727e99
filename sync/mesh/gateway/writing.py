"""What peers write: documents by the hundred, one with its attachments, their checkpoints.

A refusal is told of each document alone: a whole request that is refused ends CouchDB's
replication, and what is refused is never sent again.
"""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

from aiohttp import web

from sync.couch.errors import CouchError
from sync.couch.multipart import End, Parts, boundary_of
from sync.mesh.errors import Refusal, forbidden
from sync.mesh.gateway.answers import PIECE, body, json, parsed, plain, whole
from sync.mesh.gateway.calls import Call, What
from sync.mesh.gateway.judge import Judge
from sync.mesh.gateway.quota import Quota
from sync.mesh.local import PLAIN, Local

log = logging.getLogger(__name__)

BATCH: Final = 64 * 2**20
"""Bytes of `_bulk_docs`: what the embedded database takes."""

DOCUMENT: Final = 8 * 2**20
"""Bytes of one document without its attachments, as CouchDB's `max_document_size`."""

MANY: Final = 10_000
CHECKPOINT: Final = 256 * 1024
REMEMBERED: Final = 500

Told = Callable[[str, str, dict[str, Any], str], Awaitable[None]]
"""Called with peer, database, checkpoint and the way it goes, once it is kept."""


class Writing:
    """Judges what peers write, and hands on what may come in to the database ``local``; ``quota``:
    how much of it there may be."""

    def __init__(self, local: Local, quota: Quota) -> None:
        self._local, self._quota = local, quota
        self.refused: Counter[tuple[str, str]] = Counter()

    async def bulk_docs(self, request: web.BaseRequest, call: Call, judge: Judge) -> web.Response:
        """Graft documents; what may not come in is told of in the answer, row by row."""
        asked = await body(request, BATCH)
        docs = asked.get("docs") if isinstance(asked, dict) else None
        if not isinstance(docs, list) or len(docs) > MANY:
            raise Refusal(400, "bad_request", "POST body must include `docs` parameter.")
        if asked.get("new_edits") is not False:
            raise forbidden("peers replicate, they do not edit")
        standing = await self._standing(call, judge, docs)
        kept, refused = [], []
        for document in docs:
            why = judge.refusal(document, standing.get(_id(document), ()))
            why = why or self._quota.refusal(judge.peer, document)
            if why:
                refused.append(self._refused(judge, document, why))
            else:
                kept.append(document)
        if not kept:
            return json(refused, 201)
        sent = {"docs": kept, "new_edits": False}
        status, rows = await self._local.ask("POST", call.path(), sent)
        return json([*rows, *refused] if isinstance(rows, list) else rows, status)

    async def document(self, request: web.BaseRequest, call: Call, judge: Judge) -> web.Response:
        """Graft one leaf with its attachments, which are handed on as they come."""
        if call.query.get("new_edits") != "false":
            raise forbidden("peers replicate, they do not edit")
        kind = request.headers.get("Content-Type", "")
        plain(request)
        if kind.partition(";")[0].strip() == "multipart/related":
            raw, came = await _first_part(request, kind)
        else:
            raw = came = await whole(request, DOCUMENT)
        document = parsed(raw)
        why = "another document" if _other(document, call.id) else ""
        if not why:
            named = {**document, "_id": call.id}
            standing = await self._standing(call, judge, [named])
            why = judge.refusal(named, standing.get(call.id, ()))
        length = request.headers.get("Content-Length")
        why = why or self._quota.refusal(judge.peer, document, length)
        if why:
            await _drain(request)
            self._refused(judge, document, why)
            raise forbidden(why)
        return await self._handed(request, call, came, kind)

    async def _handed(
        self, request: web.BaseRequest, call: Call, came: bytes, kind: str
    ) -> web.Response:
        headers = {**PLAIN, "Content-Type": kind or "application/json"}
        if "Content-Length" in request.headers:
            headers["Content-Length"] = request.headers["Content-Length"]
        data = _joined(came, request)
        async with self._local.opened("PUT", call.path(), data, headers) as answer:
            return web.Response(
                status=answer.status, body=await answer.read(), content_type="application/json"
            )

    async def read_local(self, call: Call, peer: str) -> web.Response:
        """A checkpoint of this peer: each has its own, under whatever name."""
        status, found = await self._local.ask("GET", call.path(_own(peer, call.id)))
        return json(_renamed(found, call.id), status)

    async def write_local(
        self, request: web.BaseRequest, call: Call, peer: str, told: Told
    ) -> web.Response:
        """Keep a checkpoint of this peer."""
        document = await body(request, CHECKPOINT)
        if not isinstance(document, dict):
            raise Refusal(400, "bad_request", "Document must be a JSON object")
        sent = {k: v for k, v in document.items() if k != "_id"}
        status, found = await self._local.ask("PUT", call.path(_own(peer, call.id)), sent)
        if status < 300:
            await told(peer, call.db, document, request.headers.get("X-Residacoeur-Way", ""))
        return json(_renamed(found, call.id), status)

    async def _standing(
        self, call: Call, judge: Judge, docs: Sequence[Any]
    ) -> dict[str, list[dict[str, Any]]]:
        """Every leaf that stands here under these ids, where a home writes them."""
        if judge.peer.role != "home":
            return {}
        ids = sorted({_id(document) for document in docs} - {""})
        _, found = await self._local.ask("POST", f"/{call.db}/_all_docs", {"keys": ids})
        rows = found.get("rows", []) if isinstance(found, dict) else []
        known = [row["id"] for row in rows if "value" in row]  # a deleted one too
        return {id: await self._leaves(call.db, id) for id in known}

    async def _leaves(self, db: str, id: str) -> list[dict[str, Any]]:
        path = Call(What.READ, db, id, {"open_revs": "all"}).path()
        _, rows = await self._local.ask("GET", path)
        return [row["ok"] for row in rows if "ok" in row]

    def _refused(self, judge: Judge, document: Any, why: str) -> dict[str, Any]:
        self.refused[judge.peer.node, why] += 1
        if sum(self.refused.values()) <= REMEMBERED:
            log.warning("%s sends what is refused: %s", judge.peer.node, why)
        rev = document.get("_rev") if isinstance(document, dict) else None
        return {"id": _id(document), "rev": rev, "error": "forbidden", "reason": why}


def _id(document: Any) -> str:
    id = document.get("_id") if isinstance(document, dict) else None
    return id if isinstance(id, str) else ""


def _other(document: Any, id: str) -> bool:
    return not isinstance(document, dict) or document.get("_id", id) != id


def _own(peer: str, id: str) -> str:
    return f"{peer}.{id}"


def _renamed(found: Any, id: str) -> Any:
    """An answer about a `_local` document, under the name its peer gave it."""
    if not isinstance(found, dict):
        return found
    return {k: f"_local/{id}" if k in ("_id", "id") else v for k, v in found.items()}


async def _first_part(request: web.BaseRequest, kind: str) -> tuple[bytes, bytes]:
    """The document of a `multipart/related`, and all that has come until it was whole."""
    try:
        parts = Parts(boundary_of(kind))
        came, document = bytearray(), bytearray()
        async for piece in request.content.iter_chunked(PIECE):
            came += piece
            for event in parts.feed(piece):
                if isinstance(event, End):
                    return bytes(document), bytes(came)
                if isinstance(event, bytes):
                    document += event
            if len(came) > DOCUMENT:
                raise Refusal(413, "document_too_large", "the document is too large")
    except CouchError as error:
        raise Refusal(400, "bad_request", "the multipart body cannot be read") from error
    raise Refusal(400, "bad_request", "the multipart body is cut short")


async def _joined(came: bytes, request: web.BaseRequest) -> AsyncIterator[bytes]:
    yield came
    async for piece in request.content.iter_chunked(PIECE):
        yield piece


async def _drain(request: web.BaseRequest) -> None:
    """Read to the end: whoever is still sending would not hear the answer."""
    async for _ in request.content.iter_chunked(PIECE):
        pass
