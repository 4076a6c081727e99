"""The gateway of a node: from who asks and for what, to the answer."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sync.documents.kind import Document
from sync.mesh.errors import Refusal
from sync.mesh.gateway.answers import json, refused
from sync.mesh.gateway.calls import Call, What, parse
from sync.mesh.gateway.judge import Judge
from sync.mesh.gateway.limits import Limits
from sync.mesh.gateway.quota import Quota
from sync.mesh.gateway.reading import Reading, Served
from sync.mesh.gateway.rights import Rights, rights
from sync.mesh.gateway.writing import Told, Writing
from sync.mesh.identity.chain import Peer
from sync.mesh.local import Local

log = logging.getLogger(__name__)

WELCOME: Final = {"couchdb": "Welcome", "version": "3.5.0", "vendor": {"name": "Résidacœur"}}


@dataclass(frozen=True)
class Rules:
    """What the gateway asks of the rest of the node.

    ``welcome``: what it says of the node to whoever may come in; ``served``: whether a document
    with this id may still be served; ``acceptable``: whether one is still worth keeping;
    ``attested``: whether it is signed by who may say it; ``persons``: those of some households;
    ``told``: a checkpoint was kept.
    """

    welcome: Callable[[], dict[str, object]]
    served: Served
    acceptable: Callable[[Document], bool]
    attested: Callable[[Document], bool]
    persons: Callable[[tuple[str, ...]], Awaitable[frozenset[str]]]
    told: Told


class Gateway:
    """Answers replication calls of peers whose certificates have been looked at.

    ``quota``: what homes may write in the course of time; else counted in memory.
    """

    def __init__(self, local: Local, rules: Rules, quota: Quota | None = None) -> None:
        self.limits = Limits()
        self.writing = Writing(local, quota or Quota())
        self._local = local
        self._reading = Reading(local, rules.served)
        self._rules = rules

    async def answer(self, peer: Peer, request: web.BaseRequest, target: str) -> web.StreamResponse:
        """The answer to ``peer``'s request for ``target``, path and query as they came."""
        try:
            self.limits.take(peer)
            call = parse(request.method, target)
            if call.what is What.ROOT:
                return json({**WELCOME, **self._rules.welcome()})
            return await self._answer(peer, request, call, rights(peer, call.db))
        except Refusal as refusal:
            if refusal.status not in (404, 429):
                log.info("%s is refused: %s %s", peer.node, refusal.status, refusal)
            return refused(refusal)

    async def _answer(
        self, peer: Peer, request: web.BaseRequest, call: Call, may: Rights
    ) -> web.StreamResponse:
        match call.what:
            case What.INFO:
                return await self._reading.info(call)
            case What.CHANGES:
                with self.limits.feed(peer):
                    return await self._reading.changes(request, call, may)
            case What.BULK_GET:
                return await self._reading.bulk_get(request, call, may)
            case What.READ:
                return await self._reading.document(request, call, may)
            case What.REVS_DIFF:
                return await self._reading.revs_diff(request, call, may)
            case What.COMMIT:
                return json({"ok": True, "instance_start_time": "0"}, 201)
        return await self._write(peer, request, call)

    async def _write(self, peer: Peer, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        if call.what in (What.READ_LOCAL, What.WRITE_LOCAL):
            self.limits.checkpoint(peer, call.db, call.id)
        if call.what is What.READ_LOCAL:
            return await self.writing.read_local(call, peer.node)
        if call.what is What.WRITE_LOCAL:
            return await self.writing.write_local(request, call, peer.node, self._rules.told)
        judge = await self._judge(peer, call.db)
        if call.what is What.BULK_DOCS:
            return await self.writing.bulk_docs(request, call, judge)
        return await self.writing.document(request, call, judge)

    async def _judge(self, peer: Peer, db: str) -> Judge:
        persons = frozenset[str]()
        if peer.role == "home":
            persons = await self._rules.persons(peer.households)
        return Judge(peer, db, self._rules.acceptable, self._rules.attested, persons)
