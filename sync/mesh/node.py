"""All that a node does with others: its parts, wired together and kept at work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sync.clock import follow, stamp
from sync.documents.kind import Document
from sync.documents.revocation import REVOCATION
from sync.indexes import INDEXES
from sync.mesh import acquaintances
from sync.mesh.delivery import ITEMS, Delivery
from sync.mesh.discovery import Discovery
from sync.mesh.egress import Egress, secret_of
from sync.mesh.errors import Renewal
from sync.mesh.gateway import quota
from sync.mesh.gateway.gateway import Gateway, Rules
from sync.mesh.gateway.quota import Quota
from sync.mesh.gateway.server import Server
from sync.mesh.here import Here
from sync.mesh.housekeeping import Housekeeping
from sync.mesh.identity.chain import Peer, admitted, moved_out
from sync.mesh.identity.errors import Refused
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.revocation import revoked
from sync.mesh.identity.witness import Witness
from sync.mesh.inviting import Inviting
from sync.mesh.link import Link
from sync.mesh.links import Links
from sync.mesh.local import Local, number
from sync.mesh.pacing import Pacing
from sync.mesh.people import People
from sync.mesh.reading import Reading
from sync.mesh.renewing import Renewing
from sync.mesh.replications import Replications
from sync.mesh.schedule import Schedule
from sync.mesh.settings import Settings
from sync.mesh.signatures import Signatures
from sync.mesh.weather import Weather
from sync.time import kept
from sync.time.estate import EstateClock, system
from sync.time.judge import bounds

log = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"


class Node:
    """All that a node does with others; made in a running event loop."""

    def __init__(self, settings: Settings, identity: Identity) -> None:
        self._settings, self._identity = settings, identity
        self._role = identity.node.role
        self._revoked: frozenset[int] = frozenset()
        self._facts: dict[str, Document] = {}
        self._carried: dict[str, int] = {}
        self._noted = ""
        secret = secret_of(settings.data)
        self._clock = EstateClock(
            settings.data / kept.NAME, bounds(identity.node.starts, identity.node.ends)
        )
        follow(self._clock.now)
        self._local = Local(settings.url, settings.name, settings.password)
        self._people = People(self._local, settings.residence)
        here = Here(settings.node, self._role, settings.residence or "", identity.node.households)
        self._house = Housekeeping(settings, here, self._clock, self._attested, self._local)
        self._reading = Reading(settings, self._clock)
        self._links = Links(identity, self._clock.now, self._admit, self._changed, self._hear)
        rules = self._rules()
        self._quota = Quota(settings.data / quota.NAME)
        self._gateway = Gateway(self._local, rules, self._quota)
        self._inside = Gateway(self._local, rules)
        self._pacing = Pacing()
        port, now = settings.gateway.port, self._clock.now
        signatures = Signatures(identity, settings.origin)
        inviting = Inviting(identity, self._local, settings.origin, port, now)
        self._renewing = Renewing(
            identity, self._links, self._local, settings.origin, self._clock.sure
        )
        asked = {"/invitations": inviting.invite, "/signatures": signatures.answer}
        self._egress = Egress(self._links, self._inside, self._pacing, secret, asked)
        renewed = {"/renew": self._renewing.answer}
        self._server = Server(identity, self._gateway, self._admit, renewed, inviting.join)
        ours = self._people.ours(identity)
        self._deliveries = {
            db: Delivery(self._local, db, settings.origin, self._role, ours, now) for db in ITEMS
        }
        egress = f"http://{LOOPBACK}:{settings.egress}"
        self._schedule = Schedule(
            identity, self._links, self._gateway, Replications(self._local, egress, secret)
        )
        self._weather = Weather(self._local, settings, self._role, now)

    def _rules(self) -> Rules:
        return Rules(
            welcome=self._welcome,
            served=self._house.serves,
            acceptable=self._house.takes,
            attested=self._attested,
            persons=self._people.of,
            told=self._told,
        )

    async def work(self) -> None:
        """All that goes on for ever; one part that breaks is begun again, alone.

        OSError when a port is taken.
        """
        await self._listen()
        port = self._settings.gateway.port if self._role != "home" else None
        discovery = Discovery(
            self._settings.node, f"{self._identity.root.serial_number:x}"[:16], port, self._heard
        )
        parts: Mapping[str, Callable[[], Awaitable[None]]] = {
            "revocations": self._follow_revocations,
            "links": self._links.run,
            "discovery": discovery.run,
            "words": self._deliveries["private"].follow,
            "photos": self._deliveries["private-media"].follow,
            "replications": self._schedule.run,
            "departures": self._depart,
            "removals": self._part,
            "weather": self._tell,
            "clock": self._keep_time,
            "households": self._house.look,
            "erasures": self._house.erase,
            "sweep": self._house.sweep,
            "feeds": self._reading.run,
            "certificates": self._renewing.run,
            "identity": self._renewing.watch,
        }
        async with asyncio.TaskGroup() as tasks:
            for name, part in parts.items():
                tasks.create_task(_unbroken(name, part))

    async def _listen(self) -> None:
        """Listen, once the databases are there. OSError when a port is taken."""
        await self._local.ready(INDEXES)
        await self._house.renew()
        loop = asyncio.get_running_loop()
        await loop.create_server(
            self._egress.server, LOOPBACK, self._settings.egress, reuse_address=True
        )
        if self._role != "home":
            await self._server.start(*self._settings.gateway)
        for address in self._settings.peers:
            self._links.type(address)
        for known in acquaintances.read(self._settings.data / acquaintances.NAME):
            self._links.remember(*known)

    async def close(self) -> None:
        """Let go of everything."""
        await self._server.close()
        await self._egress.server.shutdown(1)
        await self._links.close()
        await self._local.close()

    def _admit(self, peer: Peer) -> None:
        admitted(peer, self._clock.now(), self._revoked, self._clock.certain)
        if moved_out(peer, self._house.moved):
            raise Refused("revoked", peer.node)

    def _changed(self, link: Link) -> None:
        self._schedule.soon()

    def _heard(self, node: str, address: Any) -> None:
        self._links.announce(node, address, asyncio.get_running_loop().time())

    def _welcome(self) -> dict[str, Any]:
        return {
            "node": self._settings.node,
            "clock": stamp(system()),
            "release": self._settings.release,
        }

    def _hear(self, peer: Peer, there: datetime) -> None:
        """A peer says what its machine's clock shows."""
        if peer.role != "home":
            self._clock.hear(peer.node, there)

    async def _keep_time(self) -> None:
        while True:
            self._clock.keep()
            self._quota.keep()
            await asyncio.sleep(5.0)

    def _attested(self, document: Document) -> bool:
        """Whether a document is signed by who may say it, with a certificate that still counts."""
        return Witness(self._identity.root).author(document, self._revoked) is not None

    async def _told(self, peer: str, db: str, checkpoint: dict[str, Any], way: str) -> None:
        """A peer that pulls from us has kept a checkpoint here: all before it is theirs."""
        link = self._links.get(peer)
        role = link.peer.role if link and link.peer else ""
        if way == "pull" and role in ("kiosk", "landlord"):
            await self._passed(peer, role, db, checkpoint.get("source_last_seq", 0))

    async def _passed(self, peer: str, role: str, db: str, seq: object) -> None:
        """A peer has all of a database up to a change of ours."""
        if db in self._deliveries:
            await self._deliveries[db].passed(peer, seq)
        if role == "landlord" and number(seq) > self._carried.get(db, 0):
            self._carried[db] = number(seq)
            await self._house.carried(db, number(seq))

    async def _follow_revocations(self) -> None:
        kinds = {"kind": REVOCATION.name}
        async for changes in self._local.follow("estate", "0", kinds):
            self._facts |= {change.document["_id"]: change.document for change in changes}
            known = revoked(self._facts.values(), self._identity.root)
            if known != self._revoked:
                self._revoked = known
                self._server.cut()
                await self._links.cut()

    async def _part(self) -> None:
        """End the connections of homes whose people have moved out."""
        moved = self._house.moved
        while True:
            if self._house.moved != moved:
                moved = self._house.moved
                self._server.cut()
            await asyncio.sleep(1.0)

    async def _depart(self) -> None:
        """What our own pushes have brought to peers."""
        while True:
            await asyncio.sleep(1.0 if self._items() else 5.0)
            progress = await self._schedule.progress()
            for node, db, way, info in progress:
                link = self._links.get(node)
                if way == "push" and link and link.peer:
                    seq = info.get("checkpointed_source_seq", 0)
                    await self._passed(node, link.peer.role, db, seq)
            pulled = [info.get("changes_pending") for _, _, way, info in progress if way == "pull"]
            if pulled and not any(pulled):
                await self._house.met()

    async def _tell(self) -> None:
        await self._weather.prepare()
        told = -60.0
        while True:
            self._links.visited(self._server.peers())
            links = self._links.all()
            waiting = await self._schedule.waiting(self._items())
            await self._weather.here(links, waiting)
            self._note(links)
            at = asyncio.get_running_loop().time()
            if at - told >= 30 and self._role != "home":
                told = at
                clock = {
                    "certain": self._clock.certain,
                    "ahead": self._clock.ahead.total_seconds(),
                }
                counted = {"refused": self._refused(), "merged": self._house.merged}
                await self._weather.all(links, waiting, counted, clock)
            await asyncio.sleep(1.0)

    def _note(self, links: Sequence[Link]) -> None:
        """Write down whom we know, if that has changed."""
        content = acquaintances.text(links)
        if content != self._noted:
            self._noted = content
            acquaintances.write(self._settings.data / acquaintances.NAME, content)

    def _items(self) -> int:
        """How many items written here nobody else has yet."""
        return sum(len(delivery.waiting) for delivery in self._deliveries.values())

    def _refused(self) -> int:
        gateways = (self._gateway, self._inside)
        return sum(sum(gateway.writing.refused.values()) for gateway in gateways)


async def _unbroken(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run a part of the mesh for ever; what it raises is logged, and it begins again."""
    while True:
        try:
            await part()
            return
        except Renewal:
            raise
        except Exception:
            log.exception("%s broke off and begins again", name)
        await asyncio.sleep(2.0)
