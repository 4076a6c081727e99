"""The `mesh` process of a node: one event loop, in which everything between nodes happens."""

import asyncio
import logging
import os
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sync.clock import now, stamp
from sync.documents.kind import Document
from sync.documents.revocation import REVOCATION
from sync.indexes import INDEXES
from sync.mesh.delivery import Delivery
from sync.mesh.discovery import Discovery
from sync.mesh.egress import Egress
from sync.mesh.gateway.gateway import Gateway, Rules
from sync.mesh.gateway.server import Server
from sync.mesh.identity import identity as identities
from sync.mesh.identity.chain import Peer, admitted
from sync.mesh.identity.errors import NotOurs
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.revocation import revoked
from sync.mesh.identity.signing import signer
from sync.mesh.links import Link, Links
from sync.mesh.local import Local
from sync.mesh.pacing import Pacing
from sync.mesh.people import People
from sync.mesh.replications import Replications
from sync.mesh.schedule import Schedule
from sync.mesh.settings import Settings
from sync.mesh.weather import Weather

log = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"
SECRET: Final = "egress.secret"


def run(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; 3 when a port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    identity = identities.read(settings.data)
    try:
        return asyncio.run(_run(settings, identity))
    except OSError as error:
        print(f"mesh: {error.strerror or error}", file=sys.stderr)
        return 3


async def _run(settings: Settings, identity: Identity | None) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if identity is None:  # a node that belongs to no estate has nobody to speak to
        await ended.wait()
        return 0
    async with AsyncExitStack() as stack:
        mesh = Mesh(settings, identity)
        stack.push_async_callback(mesh.close)
        work = asyncio.create_task(mesh.work())
        waited = asyncio.create_task(ended.wait())
        await asyncio.wait({work, waited}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return 0


class Mesh:
    """All that a node does with others; made in a running event loop."""

    def __init__(self, settings: Settings, identity: Identity) -> None:
        self._settings, self._identity = settings, identity
        self._role = identity.node.role
        self._revoked: frozenset[int] = frozenset()
        self._facts: dict[str, Document] = {}
        secret = _secret(settings.data / SECRET)
        self._local = Local(settings.url, settings.name, settings.password)
        self._people = People(self._local, settings.residence)
        self._links = Links(identity, now, self._admit, self._changed)
        rules = Rules(
            welcome=self._welcome,
            served=lambda id: True,
            acceptable=lambda document: True,
            attested=self._attested,
            persons=self._people.of,
            told=self._told,
        )
        self._gateway = Gateway(self._local, rules)
        self._inside = Gateway(self._local, rules)
        self._pacing = Pacing()
        self._egress = Egress(self._links, self._inside, self._pacing, secret, {})
        self._server = Server(identity, self._gateway, self._admit, {}, _nobody)
        self._delivery = Delivery(
            self._local, settings.origin, self._role, self._people.ours(identity), now
        )
        egress = f"http://{LOOPBACK}:{settings.egress}"
        self._schedule = Schedule(
            identity, self._links, self._gateway, Replications(self._local, egress, secret)
        )
        self._weather = Weather(self._local, settings, self._role, now)

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
            "delivery": self._delivery.follow,
            "photos": self._delivery.follow_media,
            "replications": self._schedule.run,
            "departures": self._depart,
            "weather": self._tell,
        }
        async with asyncio.TaskGroup() as tasks:
            for name, part in parts.items():
                tasks.create_task(_unbroken(name, part))

    async def _listen(self) -> None:
        """Listen, once the databases are there. OSError when a port is taken."""
        await self._local.ready(INDEXES)
        loop = asyncio.get_running_loop()
        await loop.create_server(
            self._egress.server, LOOPBACK, self._settings.egress, reuse_address=True
        )
        if self._role != "home":
            await self._server.start(*self._settings.gateway)
        for address in self._settings.peers:
            self._links.type(address)

    async def close(self) -> None:
        """Let go of everything."""
        await self._server.close()
        await self._egress.server.shutdown(1)
        await self._links.close()
        await self._local.close()

    def _admit(self, peer: Peer) -> None:
        admitted(peer, now(), self._revoked, certain=True)

    def _changed(self, link: Link) -> None:
        self._schedule.soon()

    def _heard(self, node: str, address: Any) -> None:
        self._links.announce(node, address, asyncio.get_running_loop().time())

    def _welcome(self) -> dict[str, Any]:
        return {
            "node": self._settings.node,
            "time": stamp(now()),
            "release": self._settings.release,
        }

    def _attested(self, document: Document) -> bool:
        try:
            return signer(document, self._identity.root).role == "landlord"
        except NotOurs:
            return False

    async def _told(self, peer: str, db: str, checkpoint: dict[str, Any], way: str) -> None:
        """A peer that pulls from us has kept a checkpoint here: all before it is theirs."""
        link = self._links.get(peer)
        role = link.peer.role if link and link.peer else ""
        if db == "private" and way == "pull" and role in ("kiosk", "landlord"):
            await self._delivery.passed(peer, checkpoint.get("source_last_seq", 0))

    async def _follow_revocations(self) -> None:
        kinds = {"kind": REVOCATION.name}
        async for _, _, document in self._local.follow("estate", "0", kinds):
            self._facts[document["_id"]] = document
            known = revoked(self._facts.values(), self._identity.root)
            if known != self._revoked:
                self._revoked = known
                self._server.cut()

    async def _depart(self) -> None:
        """What our own pushes have brought to peers."""
        while True:
            await asyncio.sleep(1.0 if self._delivery.waiting else 5.0)
            for node, db, way, info in await self._schedule.progress():
                if db == "private" and way == "push":
                    seq = info.get("checkpointed_source_seq", 0)
                    await self._delivery.passed(node, seq)

    async def _tell(self) -> None:
        await self._weather.prepare()
        told = -60.0
        while True:
            links = self._links.all()
            waiting = await self._schedule.waiting(len(self._delivery.waiting))
            await self._weather.here(links, waiting)
            at = asyncio.get_running_loop().time()
            if at - told >= 30 and self._role != "home":
                told = at
                await self._weather.all(links, waiting, self._refused(), certain=True)
            await asyncio.sleep(1.0)

    def _refused(self) -> int:
        gateways = (self._gateway, self._inside)
        return sum(sum(gateway.writing.refused.values()) for gateway in gateways)


async def _unbroken(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run a part of the mesh for ever; what it raises is logged, and it begins again."""
    while True:
        try:
            await part()
            return
        except Exception:
            log.exception("%s broke off and begins again", name)
        await asyncio.sleep(2.0)


async def _nobody(request: web.BaseRequest, secured: Any) -> web.StreamResponse:
    return web.json_response({"error": "not_found", "reason": "missing"}, status=404)


def _secret(path: Path) -> str:
    """What our replicator shows to the egress: made once, for this machine alone."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        made = secrets.token_urlsafe(24)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
        return made
