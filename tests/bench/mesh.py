"""The mesh between an office and a hall, both whole nodes on this machine.

    python -m tests.bench.mesh [--documents 30000] [--photos 500]

Prints, with the machine's load: hall to hall from a write to its being readable; a day's absence
caught up; the memory of the mesh. What gateway and egress cost: `tests.bench.gateway`; with
eight peers and fifty homes: `tests.bench.crowd`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from sync.clock import now, stamp
from sync.documents.key import fresh
from sync.documents.photo import PHOTO
from sync.documents.report import REPORT
from tests.conftest import free_port_now

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSEHOLD = "hbench23456"
BATCH = 1000
LOOK = 0.25
"""Seconds between two looks at a hall that catches up: each costs it some milliseconds."""


class Node:
    """A node that is started and stopped at will."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.options = data, options
        self.couch, self.portal = free_port_now(), free_port_now()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["serve", "--data", str(self.data), "--port", str(self.portal), "--no-window"]
        words += ["--couch-port", str(self.couch), *self.options]
        self.process = subprocess.Popen([sys.executable, "-m", "app", *words], cwd=ROOT)
        until(lambda: self.ask("GET", "/private").status_code == 200)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        name, _, password = (self.data / "couch.secret").read_text().strip().partition(":")
        url = f"http://127.0.0.1:{self.couch}{path}"
        return requests.request(method, url, auth=(name, password), timeout=60, **options)

    def count(self, db: str) -> int:
        return int(self.ask("GET", f"/{db}").json()["doc_count"])

    def memory(self, name: str) -> float:
        """Megabytes that one process of the node has for itself (proportional set size)."""
        log = (self.data / "logs" / "supervisor.log").read_text()
        line = [line for line in log.splitlines() if f"{name}: started" in line][-1]
        told = Path(f"/proc/{line.split()[-1]}/smaps_rollup").read_text()
        return int(next(x for x in told.splitlines() if x.startswith("Pss:")).split()[1]) / 1024


def until(what: Callable[[], Any], seconds: float = 900, every: float = 0.02) -> Any:
    """What ``what`` says once it is true; asked ``every`` so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except (OSError, KeyError, ValueError):
            pass
        time.sleep(every)
    raise SystemExit("it never came about")


def command(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "app", *map(str, words)], cwd=ROOT, check=True)


@contextmanager
def estate(place: Path) -> Iterator[tuple[Node, Node]]:
    """An office and a hall that visits it."""
    command("estate", "new", "Les Figuiers", "--data", place / "office")
    hall = ["--role", "kiosk", "-o", place / "a.node", "--data", place / "office"]
    command("estate", "add", "Hall A", *hall)
    gateways, egresses = [free_port_now(), free_port_now()], [free_port_now(), free_port_now()]
    ports = [
        ["--gateway", f"127.0.0.1:{gateway}", "--egress-port", str(egress)]
        for gateway, egress in zip(gateways, egresses, strict=True)
    ]
    office = Node(place / "office", *ports[0])
    visits = ["--node", str(place / "a.node"), "--peer", f"127.0.0.1:{gateways[0]}"]
    node = Node(place / "hall", *ports[1], *visits)
    try:
        office.start()
        node.start()
        until(lambda: office.ask("GET", "/_scheduler/docs").json()["total_rows"] > 10 or jobs(node))
        yield office, node
    finally:
        node.stop()
        office.stop()


def jobs(node: Node) -> bool:
    return bool(node.ask("GET", "/_scheduler/docs").json()["total_rows"] > 10)


def report() -> dict[str, Any]:
    made = {"household": HOUSEHOLD, "by": "pbench", "origin": "n-0000bench.1"}
    return REPORT.new(
        fresh(), at=stamp(now()), category="lift", place="figuiers-b", words="x" * 200, **made
    )


def photo() -> tuple[dict[str, Any], bytes]:
    made = {"household": HOUSEHOLD, "by": "pbench", "origin": "n-0000bench.1"}
    owner = REPORT.id(fresh(), HOUSEHOLD)
    return PHOTO.new(fresh(), at=stamp(now()), owner=owner, width=9, height=9, **made), os.urandom(
        100_000
    )


def latency(here: Node, there: Node, rounds: int = 200) -> list[float]:
    """Milliseconds from a write here to its being readable there."""
    took = []
    for _ in range(rounds):
        made = report()
        begun = time.perf_counter()
        here.ask("PUT", f"/private/{made['_id']}", json=made)
        until(lambda id=made["_id"]: there.ask("GET", f"/private/{id}").status_code == 200)
        took.append(1000 * (time.perf_counter() - begun))
    return sorted(took)


def absence(office: Node, hall: Node, documents: int, photos: int) -> tuple[float, float]:
    """Seconds until a hall that was away has the words, and has all.

    Half of the ``documents`` are reports, half the receipts that the office writes for them.
    """
    hall.stop()
    before, reports = office.count("private"), documents // 2
    for start in range(0, reports, BATCH):
        batch = [report() for _ in range(min(BATCH, reports - start))]
        office.ask("POST", "/private/_bulk_docs", json={"docs": batch})
    until(lambda: office.count("private") >= before + 2 * reports)
    for _ in range(photos):
        made, pixels = photo()
        rev = office.ask("PUT", f"/private-media/{made['_id']}", json=made).json()["rev"]
        path = f"/private-media/{made['_id']}/photo.jpg?rev={rev}"
        office.ask("PUT", path, data=pixels, headers={"Content-Type": "image/jpeg"})
    words, pictures = office.count("private"), office.count("private-media")
    hall.start()
    begun = time.perf_counter()
    until(lambda: hall.count("private") >= words, every=LOOK)
    first = time.perf_counter() - begun
    until(lambda: hall.count("private-media") >= pictures, every=LOOK)
    return first, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=30_000)
    parser.add_argument("--photos", type=int, default=500)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as scratch, estate(Path(scratch)) as (office, hall):
        for here, there, name in ((hall, office, "hall to office"), (office, hall, "and back")):
            took = latency(here, there)
            p95 = took[int(len(took) * 0.95)]
            print(f"{name}: median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms")
        words, whole = absence(office, hall, asked.documents, asked.photos)
        print(f"absence: {asked.documents} documents in {words:.1f} s, ", end="")
        print(f"with {asked.photos} photos of 100 KB in {whole:.1f} s (from the node's start)")
        print(f"mesh: office {office.memory('mesh'):.0f} MB, hall {hall.memory('mesh'):.0f} MB")


if __name__ == "__main__":
    main()
