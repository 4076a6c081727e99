"""Certificates made anew before they end, without anybody's doing: they are asked for, or come."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aiohttp import ClientError, web

from sync.documents.renewal import RENEWAL
from sync.mesh.errors import Refusal, Renewal
from sync.mesh.gateway.answers import body, json
from sync.mesh.identity import renewal
from sync.mesh.identity.chain import Peer
from sync.mesh.identity.errors import IdentityError
from sync.mesh.identity.identity import CHAIN, Identity
from sync.mesh.identity.renewal import Renewed
from sync.mesh.links import Links
from sync.mesh.local import Local
from sync.mesh.people import register

log = logging.getLogger(__name__)

LOOK: Final = 600.0
"""Seconds between two looks: there are months for it."""

WATCH: Final = 2.0
"""Seconds between two looks whether this machine has joined again."""

LARGEST: Final = 16 * 1024


class Renewing:
    """``sure`` gives estate time where it is beyond doubt: by no other are certificates made."""

    def __init__(
        self,
        identity: Identity,
        links: Links,
        local: Local,
        origin: str,
        sure: Callable[[], datetime | None],
    ) -> None:
        self._identity, self._links, self._local = identity, links, local
        self._origin, self._sure = origin, sure

    async def run(self) -> None:
        """See to it, for ever. Raises Renewal once there is something new."""
        while True:
            at = self._sure()
            if at:
                await self._issue(at)
                await self._look(at)
            await asyncio.sleep(LOOK)

    async def watch(self) -> None:
        """Raise Renewal once somebody else has put another chain here, as `join` does."""
        path = self._identity.folder / CHAIN
        standing = path.stat().st_mtime_ns
        while True:
            await asyncio.sleep(WATCH)
            if path.exists() and path.stat().st_mtime_ns != standing:
                log.warning("another identity: the mesh begins again with it")
                raise Renewal("another identity")

    async def answer(self, peer: Peer, request: web.BaseRequest) -> web.StreamResponse:
        """`POST /renew`: what a peer asks for."""
        asked, at = await body(request, LARGEST), self._sure()
        if not isinstance(asked, dict) or not isinstance(asked.get("csr"), str) or at is None:
            raise Refusal(400, "bad_request", "no request")
        try:
            made = renewal.answer(self._identity, peer, asked["csr"], at)
        except IdentityError as why:
            raise Refusal(403, "forbidden", str(why)) from why
        if peer.role == "home":
            await register(self._local, made.chain, at, self._origin)
        return json({"chain": made.chain, "homes": made.homes})

    async def _issue(self, at: datetime) -> None:
        """Where the authority is: send each node what it wants."""
        for document in renewal.issue_due(self._identity, at, self._origin):
            path = f"/status/{document['_id']}"
            status, standing = await self._local.ask("GET", path)
            revision = {"_rev": standing["_rev"]} if status == 200 else {}
            await self._local.ask("PUT", path, {**document, **revision})

    async def _look(self, at: datetime) -> None:
        if not renewal.wants(self._identity, at):
            return
        path = f"/status/{RENEWAL.id(self._identity.node.node)}"
        status, found = await self._local.ask("GET", path)
        if status == 200:
            self._adopt(found)
        for link in self._links.all():
            if link.reachable:
                await self._ask(link.node)

    async def _ask(self, node: str) -> None:
        way = self._links.way(node)
        wish = {"csr": renewal.request(self._identity)}
        try:
            async with way.session.post(f"{way.url}/renew", json=wish) as answer:
                found = await answer.json(content_type=None) if answer.status == 200 else {}
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("%s is not asked for a certificate: %s", node, error)
            return
        self._adopt(found)

    def _adopt(self, found: Any) -> None:
        told = found if isinstance(found, dict) else {}
        new = Renewed(str(told.get("chain", "")), str(told.get("homes", "")))
        if new.chain and renewal.adopt(self._identity, new):
            log.warning("new certificates: the mesh begins again with them")
            raise Renewal("new certificates")
