"""The nodes we know of: where they may be, whether they answer, and why not, in words.

"Seen" is what discovery says, "reachable" what a handshake and an answer prove: a neighbour may
be announced and yet not let us in.
"""

import asyncio
import logging
import random
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from aiohttp import AddrInfoType, ClientError, ClientSession, ClientTimeout, TCPConnector

from sync.clock import instant
from sync.mesh.address import Address
from sync.mesh.errors import Refusal
from sync.mesh.identity.chain import Peer
from sync.mesh.identity.errors import IdentityError, NotOurs
from sync.mesh.identity.identity import Identity
from sync.mesh.link import Link, State, Way
from sync.mesh.reasons import Why, reason, word
from sync.mesh.tls import meeting

log = logging.getLogger(__name__)

PROBE: Final = 12.0
"""Seconds a probe may take: a handshake is four kilobytes, on a line that photos fill."""

EVERY: Final = 5.0
"""Seconds between two probes of a node that answers."""

LATEST: Final = 15.0
"""Seconds to the next try, at most, of one that does not."""

LOST: Final = 2
"""Probes without an answer after which a node is no longer reachable."""

HEARD: Final = 60.0
"""Seconds for which an announcement says that a node is there."""

SILENCE: Final = 90.0
MOST: Final = 200
"""Nodes that discovery may make known: four times what an estate has."""


class Links:
    """All nodes this one knows of.

    ``admit`` raises Refused for a peer that may not come in; ``changed`` is told of each that comes
    within reach or is lost, ``hear`` what a peer's clock shows.
    """

    def __init__(
        self,
        identity: Identity,
        now: Callable[[], datetime],
        admit: Callable[[Peer], None],
        changed: Callable[[Link], None],
        hear: Callable[[Peer, datetime], None],
    ) -> None:
        self._identity, self._now, self._admit = identity, now, admit
        self._changed, self._hear = changed, hear
        self._known: dict[str, Link] = {}
        self._typed: dict[Address, float] = {}
        self._met: dict[str, Peer] = {}
        self._probing: set[str] = set()

    def all(self) -> list[Link]:
        """Every node known, by id."""
        return sorted(self._known.values(), key=lambda link: link.node)

    def get(self, node: str) -> Link | None:
        """The node with this id; None when we never met it or heard of it."""
        return self._known.get(node)

    def announce(self, node: str, address: Address, at: float) -> None:
        """Discovery says that ``node`` is at ``address``, at loop time ``at``."""
        if node == self._identity.node.node or self._is_crowd(node):
            return
        link = self._link(node)
        if address not in link.addresses and not link.reachable:
            link.due = at
        link.addresses[address] = at
        if link.state == "unseen":
            self._turn(link, "seen", link.why)

    def _is_crowd(self, node: str) -> bool:
        """Whether so many are announced that one more is passed over: names cost nothing."""
        return node not in self._known and len(self._known) >= MOST

    def remember(self, peer: Peer, addresses: Iterable[Address], since: datetime) -> None:
        """A node that was met before this process began."""
        link = self._link(peer.node)
        link.peer, link.since = peer, since
        link.addresses |= dict.fromkeys(addresses, 0.0)

    def visited(self, visitors: Mapping[str, Peer]) -> None:
        """Who is connected to our gateway now: a hall that we cannot reach may reach us."""
        for peer in visitors.values():
            if peer.role != "home":
                self._link(peer.node).peer = peer
        for link in self.all():
            if link.visits != (link.node in visitors):
                link.visits = link.node in visitors
                if link.visits and not link.reachable:
                    link.due = 0.0  # it is back
                self._changed(link)

    def type(self, address: Address) -> None:
        """Somebody typed an address; whose it is shows when it answers."""
        self._typed.setdefault(address, 0.0)

    def way(self, node: str) -> Way:
        """How to ask ``node``. Raises Refusal 404 for one never met, 503 for one out of reach."""
        link = self._known.get(node)
        if link is None:
            raise Refusal(404, "not_found", "no such node")
        if link.address is None or not link.reachable:
            raise Refusal(503, "service_unavailable", f"{node} is out of reach: {link.why}")
        last = link.sockets[-1] if link.sockets else None
        return Way(link.address.url, link.session, link.media, last)

    def failed(self, node: str) -> None:
        """A request to ``node`` broke: look at it soon."""
        link = self._known.get(node)
        if link:
            link.due = 0.0

    async def cut(self) -> None:
        """Let go of those who may not come in any more: a feed from them would go on otherwise."""
        for link in self.all():
            why = self._refused(link)
            if why:
                self._turn(link, "unseen", why)
                await link.session.close()
                await link.media.close()
                link.session, link.media, link.sockets = self._sessions(link.node)

    def _refused(self, link: Link) -> Why:
        """Why a node that we know may not come in; "" when it may."""
        try:
            if link.peer:
                self._admit(link.peer)
        except IdentityError as why:
            return word(str(why))
        return ""

    async def run(self) -> None:
        """Probe by the clock, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                at = asyncio.get_running_loop().time()
                for address, due in list(self._typed.items()):
                    if due <= at and not self._is_answered(address):
                        self._typed[address] = at + LATEST * random.uniform(0.3, 0.6)
                        tasks.create_task(self._visit(address))
                for link in self.all():
                    if link.due <= at and link.node not in self._probing:
                        link.due = at + EVERY
                        tasks.create_task(self._look(link))
                await asyncio.sleep(0.25)

    async def close(self) -> None:
        """Let go of every connection."""
        for link in self._known.values():
            await link.session.close()
            await link.media.close()

    def _is_answered(self, address: Address) -> bool:
        return any(link.reachable and link.address == address for link in self.all())

    def _link(self, node: str) -> Link:
        if node not in self._known:
            self._known[node] = Link(node, *self._sessions(node), since=self._now())
        return self._known[node]

    def _sessions(self, node: str) -> tuple[ClientSession, ClientSession, list[socket.socket]]:
        sockets: list[socket.socket] = []

        def meet(peer: Peer) -> None:
            self._meet(peer, node)

        return self._session(meet), self._session(meet, sockets), sockets

    def _session(
        self, met: Callable[[Peer], None], sockets: list[socket.socket] | None = None
    ) -> ClientSession:
        """Connections to one node; to ``sockets`` goes the last one made, and there is only one."""

        def made(info: AddrInfoType) -> socket.socket:
            fresh = socket.socket(*info[:3])
            if sockets is not None:
                sockets[:] = [fresh]
            return fresh

        context = meeting(self._identity, met)
        return ClientSession(
            connector=TCPConnector(
                limit=0 if sockets is None else 1, ssl=context, socket_factory=made
            ),
            timeout=ClientTimeout(total=None, sock_connect=PROBE, sock_read=SILENCE),
            auto_decompress=False,
            read_bufsize=2**16,
        )

    def _meet(self, peer: Peer, node: str | None) -> None:
        """Whether to speak to who answers a handshake."""
        if node is not None and peer.node != node:
            raise NotOurs("address", f"{peer.node} answers for {node}")
        self._admit(peer)
        self._met[peer.node] = peer

    async def _visit(self, address: Address) -> None:
        """Find out who listens at a typed address."""
        met: list[Peer] = []

        def meet(peer: Peer) -> None:
            self._meet(peer, None)
            met.append(peer)

        try:
            async with (
                asyncio.timeout(PROBE),
                self._session(meet) as scout,
                scout.get(address.url) as answer,
            ):
                await answer.read()
        except (ClientError, TimeoutError, OSError) as error:
            log.info("nobody of ours at %s:%d: %s", *address, reason(error, seen=False))
        for peer in met:
            if peer.node != self._identity.node.node:
                link = self._link(peer.node)
                link.addresses[address] = asyncio.get_running_loop().time()
                link.peer, link.due = peer, 0.0

    async def _look(self, link: Link) -> None:
        """Ask a node whether it is there, where it was last, then wherever else it may be."""
        self._probing.add(link.node)
        try:
            why = self._refused(link)
            if why:
                self._failed(link, why)
                return
            known = [link.address] if link.address else []
            why = "off"
            for address in [*known, *(a for a in link.addresses if a != link.address)]:
                why = await self._ask(link, address)
                if not why:
                    return
            self._failed(link, why)
        finally:
            self._probing.discard(link.node)

    async def _ask(self, link: Link, address: Address) -> Why:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(PROBE), link.session.get(address.url) as answer:
                told = await answer.json(content_type=None)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            seen = loop.time() - link.addresses.get(address, -HEARD) < HEARD
            return reason(error, seen)
        if answer.status != 200:
            return word(str(told.get("reason", "")) if isinstance(told, dict) else "")
        link.trip = loop.time() - begun
        self._answered(link, address, told if isinstance(told, dict) else {})
        return ""

    def _answered(self, link: Link, address: Address, told: dict[str, object]) -> None:
        link.address, link.failures = address, 0
        link.peer = self._met.get(link.node, link.peer)
        link.version = str(told.get("release", ""))[:20]
        with suppress(KeyError, ValueError):
            if link.peer:
                there = instant(str(told["clock"])) + timedelta(seconds=link.trip / 2)
                self._hear(link.peer, there)
        self._turn(link, "reachable", "")

    def _failed(self, link: Link, why: Why) -> None:
        loop = asyncio.get_running_loop()
        link.failures += 1
        pause = min(LATEST, 2.0 ** min(link.failures - 1, 8))
        link.due = loop.time() + pause * random.uniform(0.7, 1.0)
        if link.reachable and link.failures < LOST and why in ("off", "firewall"):
            return
        seen = any(loop.time() - at < HEARD for at in link.addresses.values() if at)
        self._turn(link, "seen" if seen else "unseen", why)

    def _turn(self, link: Link, state: State, why: Why) -> None:
        if (link.state, link.why) == (state, why):
            return
        if link.state != state:
            link.since = self._now()
        link.state, link.why = state, why
        log.info("%s is %s %s", link.node, state, why)
        self._changed(link)
