"""The gateway on the network: TLS 1.3, both sides named; nothing else leaves loopback."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from weakref import WeakKeyDictionary

from aiohttp import web

from sync.mesh.errors import Refusal, forbidden
from sync.mesh.gateway.answers import refused
from sync.mesh.gateway.gateway import Gateway
from sync.mesh.identity.chain import Peer, chain_from, peer_of
from sync.mesh.identity.errors import IdentityError
from sync.mesh.identity.identity import Identity
from sync.mesh.sockets import watch

log = logging.getLogger(__name__)

HANDSHAKE: Final = 5.0
"""Seconds for a handshake: who stalls in it costs nobody else anything, and ends."""

KEEP: Final = 90.0
"""Seconds that an unused connection is kept: CouchDB's replicator reuses its own for as long."""

Strangers = Callable[[web.BaseRequest, ssl.SSLObject], Awaitable[web.StreamResponse]]
"""Answers `/join`, the one call without a client certificate."""


class Server:
    """Listens for peers. ``admit`` raises IdentityError for a peer that is refused now."""

    def __init__(
        self,
        identity: Identity,
        gateway: Gateway,
        admit: Callable[[Peer], None],
        services: Mapping[str, Callable[[Peer, web.BaseRequest], Awaitable[web.StreamResponse]]],
        strangers: Strangers,
    ) -> None:
        self._identity, self._gateway, self._admit = identity, gateway, admit
        self._services, self._strangers = services, strangers
        self._known: WeakKeyDictionary[asyncio.BaseTransport, Peer] = WeakKeyDictionary()
        self._listening: asyncio.Server | None = None
        self._server = web.Server(
            self._answer, keepalive_timeout=KEEP, auto_decompress=False, access_log=None
        )

    async def start(self, host: str, port: int) -> None:
        """Begin to listen. OSError when the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            self._server,
            host,
            port,
            ssl=self._identity.server_context(),
            ssl_handshake_timeout=HANDSHAKE,
            reuse_address=True,
        )
        for each in self._listening.sockets:
            watch(each)  # a peer whose cable is out would count as connected

    async def close(self, within: float = 1.0) -> None:
        """Stop listening; end every connection, those at work after these seconds."""
        if self._listening:
            self._listening.close()
        await self._server.shutdown(within)

    def peers(self) -> dict[str, Peer]:
        """The nodes that are connected, by id."""
        open_ = [(t, peer) for t, peer in self._known.items() if not t.is_closing()]
        return {peer.node: peer for _, peer in open_}

    def cut(self) -> None:
        """End the connections of those who are refused now: a feed would go on otherwise."""
        for transport, peer in list(self._known.items()):
            try:
                self._admit(peer)
            except IdentityError as why:
                log.warning("%s is cut off: %s", peer.node, why)
                abort = getattr(transport, "abort", transport.close)
                abort()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        transport = request.transport
        secured = transport.get_extra_info("ssl_object") if transport else None
        if transport is None or secured is None:
            return refused(forbidden("not over TLS"))
        target = request.raw_path
        if target == "/join" and request.method == "POST":
            return await self._strangers(request, secured)
        try:
            peer = self._peer(transport, secured)
        except IdentityError as why:
            return refused(Refusal(403, "forbidden", str(why)))
        service = self._services.get(target)
        if service and request.method == "POST":
            return await service(peer, request)
        return await self._gateway.answer(peer, request, target)

    def _peer(self, transport: asyncio.BaseTransport, secured: ssl.SSLObject) -> Peer:
        known = self._known.get(transport)
        peer = known or peer_of(chain_from(secured), self._identity.root)
        self._admit(peer)
        self._known[transport] = peer
        return peer
