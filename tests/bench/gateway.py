"""What gateway and egress cost: a replication directly, and through both, side by side.

    python -m tests.bench.gateway [--documents 5000] [--turns 5] [--profile FOLDER]

Two embedded databases, each with its mesh: the parts of a node that let documents pass, without
those that ask for replications. The database of hall A drives, one of these a turn each:

    direct    its own `private` to the other's, over HTTP
    pushed    /here/B/private to /peer/B/private of its egress: TLS, and B's gateway
    pulled    /peer/B/private to /here/B/private

Prints medians, ratios to the direct one, and seconds of the processor that all processes took.
"""

import argparse
import asyncio
import contextlib
import cProfile
import multiprocessing
import os
import signal
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.couch.server import run as serve
from sync.database import Database
from sync.mesh.address import Address
from sync.mesh.identity import authority as estates
from sync.mesh.identity import identity as identities
from sync.mesh.identity.authority import Authority
from sync.mesh.identity.claims import Subject
from sync.mesh.identity.identity import Credentials
from sync.mesh.settings import Settings
from tests.bench.mesh import report, until
from tests.conftest import free_port_now

ADMIN = ("admin", "secret")
BASIC = {"basic": {"username": ADMIN[0], "password": ADMIN[1]}}
TICKS = os.sysconf("SC_CLK_TCK")


class Hall:
    """A database and what lets documents pass; ``place`` is its data directory."""

    def __init__(self, place: Path, authority: Authority, peers: tuple[Address, ...]) -> None:
        self.couch = free_port_now()
        self.url = f"http://127.0.0.1:{self.couch}"
        self.node = estates.new_id()
        key = Ed25519PrivateKey.generate()
        subject = Subject(self.node, place.name)
        chain = authority.certify(key.public_key(), subject, "kiosk", datetime.now(UTC))
        identities.write(place, Credentials(key, chain, authority.root))
        self.settings = Settings(
            data=place, url=self.url, name=ADMIN[0], password=ADMIN[1],
            origin=f"{self.node}.1", called=place.name, residence=None,
            gateway=Address("127.0.0.1", free_port_now()), egress=free_port_now(),
            peers=peers, release="bench",
        )  # fmt: skip

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return requests.request(method, self.url + path, auth=ADMIN, timeout=120, **options)

    def end(self, side: str, peer: str) -> dict[str, Any]:
        """A database of the egress, as a replication names it."""
        secret = (self.settings.data / "egress.secret").read_text().strip()
        url = f"http://127.0.0.1:{self.settings.egress}/{side}/{peer}/private"
        return {"url": url, "auth": {"basic": {"username": "mesh", "password": secret}}}


def couch(hall: Hall) -> None:
    serve(hall.settings.data, hall.couch, ADMIN)


def mesh(settings: Settings, profile: Path | None) -> None:
    """The parts of a node that let documents pass."""
    from sync.mesh.node import Node
    from sync.mesh.tls import spare

    async def work() -> None:
        identity = identities.read(settings.data)
        assert identity is not None
        spare()
        node = Node(settings, identity)
        await node._listen()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        links = asyncio.create_task(node._links.run())
        await ended.wait()
        links.cancel()
        await node.close()

    measured = cProfile.Profile()
    with measured if profile else contextlib.nullcontext():
        asyncio.run(work())
    if profile:
        measured.dump_stats(profile / f"{settings.called}.prof")


def once(driver: Hall, source: Any, target: Any) -> float:
    """Seconds that one replication takes."""
    begun = time.perf_counter()
    told = driver.ask("POST", "/_replicate", json={"source": source, "target": target})
    assert told.status_code == 200, told.text
    return time.perf_counter() - begun


def count(hall: Hall) -> int:
    return int(hall.ask("GET", "/private").json()["doc_count"])


def reaches(a: Hall, b: Hall) -> bool:
    end = a.end("peer", b.node)
    auth = tuple(end["auth"]["basic"].values())
    return requests.get(end["url"], auth=auth, timeout=5).ok


def emptied(hall: Hall) -> None:
    hall.ask("DELETE", "/private")
    Database(hall.url, *ADMIN).create_all()


def spent(processes: list[Any]) -> float:
    """Seconds of the processor that these have taken (proc(5), stat)."""
    stats = [Path(f"/proc/{each.pid}/stat").read_text() for each in processes]
    ticks = [stat.rpartition(")")[2].split()[11:13] for stat in stats]
    return sum(int(each) for pair in ticks for each in pair) / TICKS


def fill(hall: Hall, documents: int) -> None:
    for start in range(0, documents, 1000):
        docs = [report() for _ in range(min(1000, documents - start))]
        hall.ask("POST", "/private/_bulk_docs", json={"docs": docs})


def measure(a: Hall, b: Hall, documents: int, turns: int, processes: list[Any]) -> None:
    direct = {"url": f"{b.url}/private", "auth": BASIC}
    ways = {
        "direct": (a, b, "private", direct),
        "pushed": (a, b, a.end("here", b.node), a.end("peer", b.node)),
        "pulled": (b, a, a.end("peer", b.node), a.end("here", b.node)),
    }
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, (full, empty, source, target) in ways.items():
            emptied(full)
            emptied(empty)
            fill(full, documents)
            before = spent(processes)
            seconds = once(a, source, target)
            took[name].append((seconds, spent(processes) - before))
            assert count(empty) == count(full) >= documents
    plain = statistics.median(seconds for seconds, _ in took["direct"])
    for name, turns_ in took.items():
        middle, cpu = (statistics.median(each) for each in zip(*turns_, strict=True))
        print(f"{name}: {middle:.2f} s, {middle / plain:.2f} x direct; processor {cpu:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--profile", type=Path)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.documents} documents")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        authority = estates.found("e-bench", "Bench", datetime.now(UTC))
        b = Hall(Path(scratch) / "b", authority, ())
        a = Hall(Path(scratch) / "a", authority, (b.settings.gateway,))
        begun = [context.Process(target=couch, args=(hall,)) for hall in (a, b)]
        begun += [
            context.Process(target=mesh, args=(hall.settings, asked.profile)) for hall in (a, b)
        ]
        try:
            for each in begun:
                each.start()
            for hall in (a, b):
                until(lambda hall=hall: hall.ask("GET", "/_up").ok)
                Database(hall.url, *ADMIN).create_all()
            until(lambda: reaches(a, b))
            measure(a, b, asked.documents, asked.turns, begun)
        finally:
            for each in begun:
                each.terminate()
            for each in begun:
                each.join(20)


if __name__ == "__main__":
    main()
