"""A gateway on loopback over a real database, and who comes to it: halls, HMP, homes."""

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.database import Database
from sync.documents.account import HOUSEHOLD, PERSON
from sync.mesh.gateway.gateway import Gateway, Rules
from sync.mesh.gateway.limits import Limits
from sync.mesh.gateway.server import Server
from sync.mesh.identity import authority as estates
from sync.mesh.identity.authority import Authority, Homes
from sync.mesh.identity.chain import Peer, admitted
from sync.mesh.identity.claims import Role, Subject
from sync.mesh.identity.identity import Credentials, Identity, read, write
from sync.mesh.identity.witness import Witness
from sync.mesh.local import Local
from sync.mesh.people import People

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
AMINA, LUCIEN = "hamina23456", "hlucien7654"


@dataclass
class Estate:
    """Makes nodes; each has its data directory under ``place``."""

    place: Path
    authority: Authority

    def hall(self, name: str, role: Role = "kiosk", at: datetime = NOW) -> Identity:
        key = Ed25519PrivateKey.generate()
        subject = Subject(estates.new_id(), name, residence="figuiers")
        chain = self.authority.certify(key.public_key(), subject, role, at)
        return self._settled(
            name, Credentials(key, chain, self.authority.root, self._homes(subject))
        )

    def home(self, name: str, *households: str, at: datetime = NOW) -> Identity:
        homes = self._homes(Subject(estates.new_id(), "Hall B"))
        key = Ed25519PrivateKey.generate()
        chain = homes.certify(key.public_key(), name, households, at)
        return self._settled(name, Credentials(key, chain, self.authority.root))

    def _homes(self, subject: Subject) -> Homes:
        key = Ed25519PrivateKey.generate()
        return Homes(self.authority.certify_homes(key.public_key(), subject, NOW), key)

    def _settled(self, name: str, credentials: Credentials) -> Identity:
        write(self.place / name, credentials)
        identity = read(self.place / name)
        assert identity is not None
        return identity


@dataclass
class Gate:
    """A running gateway; ``ask`` is a peer's request, over real TLS."""

    estate: Estate
    database: Database
    port: int
    server: Server
    gateway: Gateway
    loop: asyncio.AbstractEventLoop
    checkpoints: list[tuple[str, str, str]]
    revoked: set[int] = field(default_factory=set)
    now: datetime = NOW

    def connect(self, who: Identity | None) -> HTTPSConnection:
        context = who.client_context() if who else ssl._create_unverified_context()
        return HTTPSConnection("127.0.0.1", self.port, context=context, timeout=10)

    def ask(
        self,
        who: Identity | None,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Status and JSON; the path goes out as it is written."""
        connection = self.connect(who)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(raw) if raw else None

    def push(self, who: Identity, db: str, *documents: dict[str, Any]) -> list[dict[str, Any]]:
        """The refusals of documents that ``who`` writes."""
        sent = {"docs": list(documents), "new_edits": False}
        status, rows = self.ask(who, "POST", f"/{db}/_bulk_docs", sent)
        assert status == 201, rows
        return [row for row in rows if "error" in row]

    def revoke(self, serial: int) -> None:
        self.revoked.add(serial)
        self.loop.call_soon_threadsafe(self.server.cut)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    place = tmp_path_factory.mktemp("estate")
    return Estate(place, estates.found("e-figuiers", "Les Figuiers", NOW))


@pytest.fixture(scope="module")
def opened(estate: Estate, couch: Any) -> Iterator[Gate]:
    """A gateway for all tests of a module."""
    auth = (couch.name, couch.password)
    requests.delete(f"{couch.url}/accounts", auth=auth, timeout=10)  # another module's people
    database = Database(couch.url, couch.name, couch.password)
    database.create_all()
    for household, person in ((AMINA, "pamina"), (LUCIEN, "plucien")):
        home = HOUSEHOLD.new(household, residence="figuiers", staircase="figuiers-b", door="31")
        database.put("accounts", home)
        database.put("accounts", PERSON.new(person, household=household, last_name="Ben Salah"))
    with _running(estate, database, couch) as gate:
        yield gate


@pytest.fixture
def gate(opened: Gate, couch: Any) -> Gate:
    """The gateway as nobody has used it yet, over a database with nobody's words."""
    for name in ("estate", "private", "private-media"):
        for method in ("DELETE", "PUT"):
            requests.request(
                method, f"{couch.url}/{name}", auth=(couch.name, couch.password), timeout=10
            )
    opened.revoked.clear()
    opened.checkpoints.clear()
    opened.now = NOW
    opened.gateway.limits = Limits()
    opened.gateway.writing.refused.clear()
    return opened


class _running:
    """The gateway in an event loop of its own."""

    def __init__(self, estate: Estate, database: Database, couch: Any) -> None:
        self._estate, self._database, self._couch = estate, database, couch
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Gate:
        self._thread.start()
        made = asyncio.run_coroutine_threadsafe(self._start(), self._loop)
        return made.result(20)

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> Gate:
        couch, identity = self._couch, self._estate.hall("Hall A")
        self._local = Local(couch.url, couch.name, couch.password)
        checkpoints: list[tuple[str, str, str]] = []

        async def told(peer: str, db: str, document: dict[str, Any], way: str) -> None:
            checkpoints.append((peer, db, way))

        def admit(peer: Peer) -> None:
            admitted(peer, gate.now, gate.revoked, certain=True)

        witness = Witness(identity.root)
        rules = Rules(
            welcome=dict,
            served=lambda id: "expired" not in id,
            acceptable=lambda document: "expired" not in document["_id"],
            attested=lambda document: witness.author(document) is not None,
            persons=People(self._local, "figuiers").of,
            told=told,
        )
        gateway = Gateway(self._local, rules)
        self._server = Server(identity, gateway, admit, {}, _nobody)
        await self._server.start("127.0.0.1", 0)
        assert self._server._listening is not None
        port = self._server._listening.sockets[0].getsockname()[1]
        gate = Gate(
            self._estate, self._database, port, self._server, gateway, self._loop, checkpoints
        )
        return gate

    async def _stop(self) -> None:
        await self._server.close(within=0.05)
        await self._local.close()


async def _nobody(request: Any, secured: Any) -> Any:
    raise AssertionError("nobody joins here")


@pytest.fixture(scope="module")
def hall(estate: Estate) -> Identity:
    return estate.hall("Hall B")


@pytest.fixture(scope="module")
def office(estate: Estate) -> Identity:
    return estate.hall("HMP", "landlord")


@pytest.fixture(scope="module")
def amina(estate: Estate) -> Identity:
    return estate.home("Chez Amina", AMINA)


@pytest.fixture
def report() -> Callable[..., dict[str, Any]]:
    """A function report(household, key, **fields): a report, with the revision it has elsewhere."""

    def make(household: str, key: str = "r1", **fields: Any) -> dict[str, Any]:
        person = {AMINA: "pamina", LUCIEN: "plucien"}[household]
        made = {
            "_id": f"{household}:report:{key}",
            "kind": "report",
            "v": 1,
            "at": "2026-11-28T08:00:00.000Z",
            "by": person,
            "from": "n-0000000b.1234",
            "category": "lift",
            "place": "figuiers-b",
            **fields,
        }
        return revised(made)

    return make


def revised(document: dict[str, Any], *revs: str) -> dict[str, Any]:
    """The document as a replicator sends it; ``revs`` newest first, else a first revision."""
    ids = [rev.partition("-")[2] for rev in revs] or ["a" * 32]
    start = int(revs[0].partition("-")[0]) if revs else 1
    rev = f"{start}-{ids[0]}"
    return {**document, "_rev": rev, "_revisions": {"start": start, "ids": ids}}
