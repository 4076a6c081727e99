"""A kiosk with eight peers and fifty homes connected: its own pages, and the memory of its mesh.

    python -m tests.bench.crowd [--documents 10000] [--homes 50] [--rounds 20] [--writes 2]

One whole node with the demonstration estate and more. Four of its peers only listen, so that it
drives their replications; four, and the homes, are held in one process, over TLS with an identity
each: every feed that their replicators hold open, a look each five seconds, checkpoints, and new
documents that they push, ``--writes`` a second in all. Prints its pages before and with all of
them, the memory of its processes (proportional set size), and what was refused.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.clock import now, stamp
from sync.couch.server import run as serve
from sync.database import Database
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.key import fresh
from sync.documents.report import REPORT
from sync.mesh.identity import authority as estates
from sync.mesh.identity.authority import Authority, Homes
from sync.mesh.identity.claims import Role, Subject
from sync.mesh.identity.identity import Credentials, Identity, read, write
from sync.mesh.replications import MEDIA, URGENT, WORDS, range_of
from tests.bench.mesh import Node, until
from tests.bench.node import OWN, PUBLIC, ROOT, entered, fill
from tests.conftest import free_port_now

ADMIN = ("admin", "secret")
HALLS, LISTENING = 4, 4
CHECKPOINT = 2.0
"""Seconds until a peer keeps how far it has come, as its replications are told."""

SECONDS: Final = 20.0
"""For which the guests are watched at least."""

_NOBODY: Any = None


def settled(place: Path, authority: Authority, subject: Subject, role: Role) -> Identity:
    """A hall of the estate, in the data directory ``place``."""
    key = Ed25519PrivateKey.generate()
    chain = authority.certify(key.public_key(), subject, role, datetime.now(UTC))
    return _kept(place, Credentials(key, chain, authority.root))


def housed(place: Path, authority: Authority, homes: Homes, household: str) -> Identity:
    key = Ed25519PrivateKey.generate()
    chain = homes.certify(key.public_key(), place.name, (household,), datetime.now(UTC))
    return _kept(place, Credentials(key, chain, authority.root))


def _kept(place: Path, credentials: Credentials) -> Identity:
    write(place, credentials)
    identity = read(place)
    assert identity is not None
    return identity


def listen(places: list[Path], ports: list[int], couch: int) -> None:
    """Halls that answer and ask for nothing, over one database."""
    asyncio.run(_listen(places, ports, f"http://127.0.0.1:{couch}"))


async def _listen(places: list[Path], ports: list[int], url: str) -> None:
    from sync.mesh.gateway.gateway import Gateway, Rules
    from sync.mesh.gateway.server import Server
    from sync.mesh.local import Local

    async def told(*_: Any) -> None:
        pass

    rules = Rules(dict, lambda _: True, lambda _: True, lambda _: False, _NOBODY, told)
    local = Local(url, *ADMIN)
    for place, port in zip(places, ports, strict=True):
        identity = read(place)
        assert identity is not None
        server = Server(identity, Gateway(local, rules), lambda _: None, {}, _NOBODY)
        await server.start("127.0.0.1", port)
    await asyncio.Event().wait()


def couch(data: Path, port: int) -> None:
    serve(data, port, ADMIN)


@dataclass(frozen=True)
class Guest:
    """A peer as the node sees it: its certificate, and its household where it is a home."""

    place: Path
    household: str = ""

    def lines(self) -> list[tuple[str, dict[str, Any] | None]]:
        """What it follows: databases with what it picks of each."""
        urgent: list[tuple[str, dict[str, Any] | None]] = [("estate", URGENT), ("estate", None)]
        if not self.household:
            return [*urgent, *((db, None) for db in (*WORDS[1:], *MEDIA))]
        own = range_of(self.household)
        return [*urgent, ("private", own), ("estate-media", None), ("private-media", own)]


class Crowd:
    """All guests, in one event loop."""

    def __init__(self, url: str, writes: float) -> None:
        self._url, self._writes = url, writes
        self.counted: Counter[str] = Counter()

    async def come(self, guests: list[Guest], told: Any) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell(told))
            for guest in guests:
                tasks.create_task(self._stay(guest, len(guests)))

    async def _tell(self, told: Any) -> None:
        while True:
            told.update(self.counted)
            await asyncio.sleep(0.2)

    async def _stay(self, guest: Guest, many: int) -> None:
        identity = read(guest.place)
        assert identity is not None
        connector = aiohttp.TCPConnector(ssl=identity.client_context(), limit=0)
        async with (
            aiohttp.ClientSession(self._url, connector=connector) as session,
            asyncio.TaskGroup() as tasks,
        ):
            for n, (db, picked) in enumerate(guest.lines()):
                tasks.create_task(self._follow(session, db, picked, f"line{n}"))
            tasks.create_task(self._look(session))
            tasks.create_task(self._write(session, guest, identity.node.node, many))

    async def _ask(self, session: aiohttp.ClientSession, method: str, path: str, **o: Any) -> Any:
        async with session.request(method, path, **o) as answer:
            self.counted[f"{answer.status}"] += 1
            return await answer.json(content_type=None)

    async def _follow(
        self, session: aiohttp.ClientSession, db: str, picked: dict[str, Any] | None, line: str
    ) -> None:
        since, saved = "now", 0.0
        query = {"feed": "longpoll", "heartbeat": "10000", "style": "all_docs", "limit": "100"}
        more = {"filter": "_selector"} if picked else {}
        while True:
            self.counted["feeds"] += 1
            method, sent = ("POST", {"json": {"selector": picked}}) if picked else ("GET", {})
            asked = {**query, **more, "since": since}
            found = await self._ask(session, method, f"/{db}/_changes", params=asked, **sent)
            self.counted["feeds"] -= 1
            since = found["last_seq"]
            docs = [
                {"id": row["id"], "rev": change["rev"]}
                for row in found["results"]
                for change in row["changes"]
            ]
            self.counted["documents"] += len(docs)
            if docs:
                path = f"/{db}/_bulk_get?revs=true&latest=true&attachments=false"
                await self._ask(session, "POST", path, json={"docs": docs})
            if docs and time.monotonic() - saved > CHECKPOINT:
                saved = time.monotonic()
                await self._save(session, db, line, since)

    async def _save(self, session: aiohttp.ClientSession, db: str, line: str, seq: str) -> None:
        path = f"/{db}/_local/{line}"
        await self._ask(session, "GET", f"/{db}")
        there = await self._ask(session, "GET", path)
        rev = {"_rev": there["_rev"]} if "_rev" in there else {}
        told = {"source_last_seq": seq, "session_id": line, "history": [], **rev}
        headers = {"X-Residacoeur-Way": "pull"}
        await self._ask(session, "PUT", path, json=told, headers=headers)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        await asyncio.sleep(5 * random.random())
        while True:
            await self._ask(session, "GET", "/")
            await asyncio.sleep(5)

    async def _write(
        self, session: aiohttp.ClientSession, guest: Guest, node: str, many: int
    ) -> None:
        while True:
            await asyncio.sleep(2 * many / self._writes * random.random())
            hash = secrets.token_hex(16)
            household = guest.household or "hbench23456"
            made = REPORT.new(
                fresh(), household=household, at=stamp(now()), by=f"p{household[1:]}",
                origin=f"{node}.1", category="lift", place="figuiers-b", words="x" * 200,
            )  # fmt: skip
            await self._ask(
                session, "POST", "/private/_revs_diff", json={made["_id"]: [f"1-{hash}"]}
            )
            grafted = {**made, "_rev": f"1-{hash}", "_revisions": {"start": 1, "ids": [hash]}}
            sent = {"docs": [grafted], "new_edits": False}
            rows = await self._ask(session, "POST", "/private/_bulk_docs", json=sent)
            self.counted["refused" if rows else "written"] += 1


def crowd(url: str, guests: list[Guest], writes: float, told: Any) -> None:
    asyncio.run(Crowd(url, writes).come(guests, told))


@contextmanager
def kiosk(place: Path, authority: Authority, peers: list[int]) -> Iterator[tuple[Node, int]]:
    """The node, of the demonstration estate, and the port of its gateway."""
    make = [sys.executable, "installer/estate.py", "--data", str(place), "--mode", "kiosk"]
    subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    own = json.loads((place / "node.json").read_text())["id"]
    settled(place, authority, Subject(own, "Hall A"), "kiosk")
    gateway = free_port_now()
    options = ["--gateway", f"127.0.0.1:{gateway}", "--egress-port", str(free_port_now())]
    options += [word for port in peers for word in ("--peer", f"127.0.0.1:{port}")]
    node = Node(place, *options)
    try:
        node.start()
        until(lambda: requests.get(f"http://127.0.0.1:{node.portal}/", timeout=5).ok)
        yield node, gateway
    finally:
        node.stop()


def pages(node: Node, browsers: dict[str, requests.Session], rounds: int, words: str) -> None:
    """Ask for each page so many times; print medians and 95th percentiles."""
    took: dict[str, list[float]] = {}
    for _, (who, browser) in itertools.product(range(rounds), browsers.items()):
        for path in OWN if who == "resident" else PUBLIC:
            answer = browser.get(f"http://127.0.0.1:{node.portal}{path}", timeout=30)
            assert answer.status_code == 200, (path, answer.status_code)
            took.setdefault(f"{who} {path}", []).append(answer.elapsed.total_seconds() * 1000)
    every = sorted(itertools.chain(*took.values()))
    slowest = max(took, key=lambda page: _p95(took[page]))
    print(
        f"{words}: pages median {statistics.median(every):.1f} ms, p95 {_p95(every):.1f} ms; "
        f"slowest {slowest} p95 {_p95(took[slowest]):.1f} ms; load {os.getloadavg()[0]:.1f}"
    )


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def idle(node: Node) -> bool:
    """Whether the node's replications run, and have nothing left to bring."""
    docs = node.ask("GET", "/_scheduler/docs").json()["docs"]
    left = [doc["info"].get("changes_pending") for doc in docs if doc["info"]]
    return len(left) > 10 and not any(left)


def known(node: Node, homes: int) -> list[str]:
    """Households with somebody in each, whom the node knows."""
    name, _, password = (node.data / "couch.secret").read_text().strip().partition(":")
    database = Database(f"http://127.0.0.1:{node.couch}", name, password)
    households = [f"hcrowd{n:05}" for n in range(homes)]
    for each in households:
        door = {"residence": "figuiers", "staircase": "figuiers-b", "door": each[-3:]}
        database.put("accounts", HOUSEHOLD.new(each, **door))
        database.put("accounts", PERSON.new(f"p{each[1:]}", household=each, last_name="Foule"))
    return households


def measure(node: Node, gateway: int, guests: list[Guest], asked: Any, context: Any) -> None:
    url = f"http://127.0.0.1:{node.portal}"
    amina = entered(node.data, "figuiers-b-31", "Amina Benali", url)
    browsers = {"anyone": requests.Session(), "resident": amina}
    pages(node, browsers, 3, "warm")
    pages(node, browsers, asked.rounds, "alone with its peers")
    print(f"mesh: {node.memory('mesh'):.0f} MB")
    told = context.Manager().dict()
    come = (f"https://127.0.0.1:{gateway}", guests, asked.writes, told)
    guest = context.Process(target=crowd, args=come)
    guest.start()
    try:
        until(lambda: told.get("feeds", 0) >= sum(len(each.lines()) for each in guests), 60)
        time.sleep(10)
        before, begun = dict(told), time.monotonic()
        pages(node, browsers, asked.rounds, f"with {len(guests)} more")
        while time.monotonic() < begun + SECONDS:
            time.sleep(0.2)
        print(f"meanwhile: { {name: told[name] - before.get(name, 0) for name in told} }")
        sizes = {name: round(node.memory(name)) for name in ("mesh", "couch", "portal")}
        print(f"MB, proportional: {sizes}; {told['feeds']} feeds open")
    finally:
        guest.terminate()
        guest.join()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--homes", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--writes", type=float, default=2.0)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        place, authority = Path(scratch), estates.found("e-bench", "Bench", datetime.now(UTC))
        halls = [place / f"hall{n}" for n in range(HALLS + LISTENING)]
        for hall in halls:
            settled(hall, authority, Subject(estates.new_id(), hall.name), "kiosk")
        lower = Ed25519PrivateKey.generate()
        subject = Subject(estates.new_id(), "Hall A")
        homes = Homes(
            authority.certify_homes(lower.public_key(), subject, datetime.now(UTC)), lower
        )
        other, ports = free_port_now(), [free_port_now() for _ in range(LISTENING)]
        beside = [
            context.Process(target=couch, args=(place / "couch", other)),
            context.Process(target=listen, args=(halls[HALLS:], ports, other)),
        ]
        try:
            beside[0].start()
            until(lambda: requests.get(f"http://127.0.0.1:{other}/_up", timeout=5).ok)
            Database(f"http://127.0.0.1:{other}", *ADMIN).create_all()
            beside[1].start()
            with kiosk(place / "kiosk", authority, ports) as (node, gateway):
                count = fill(node.data, asked.documents, node.couch - 1)
                guests = [Guest(hall) for hall in halls[:HALLS]]
                for household in known(node, asked.homes):
                    housed(place / household, authority, homes, household)
                    guests.append(Guest(place / household, household))
                until(lambda: idle(node), 120)
                driven = node.ask("GET", "/_scheduler/docs").json()["total_rows"]
                print(f"{count} documents; the node drives {driven} replications")
                measure(node, gateway, guests, asked, context)
        finally:
            for each in beside:
                each.terminate()
                each.join()


if __name__ == "__main__":
    main()
