"""What replication costs, between two servers on this machine.

    python -m tests.bench.replication

Two embedded servers; where `COUCH_REF_URL` names an Apache CouchDB (administrator admin:secret),
that one beside them in the same run, replicating with itself.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

ROOT = Path(__file__).resolve().parents[2]
ADMIN = ("admin", "secret")
AUTH = {"basic": {"username": ADMIN[0], "password": ADMIN[1]}}
DOCUMENTS, WRITES, TURNS = 10_000, 100, 3
PROGRAM = """
import sys
from pathlib import Path
from sync.couch.server import run
sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), ("admin", "secret")))
"""


def main() -> None:
    """Measure ours and, where there is one, the reference, by turns."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        servers = [start(Path(folder) / name, port) for name, port in (("a", 18591), ("b", 18592))]
        pairs = {"embedded": ("http://127.0.0.1:18591", "http://127.0.0.1:18592")}
        if reference := os.environ.get("COUCH_REF_URL"):
            pairs["reference"] = (reference, reference)
        try:
            took = [{name: measure(*pair) for name, pair in pairs.items()} for _ in range(TURNS)]
        finally:
            for server in servers:
                server.terminate()
                server.wait()
    show(f"{DOCUMENTS} documents, s", [{n: t[n][0] for n in pairs} for t in took])
    show("PUT here to readable there, p50, ms", [{n: t[n][1] for n in pairs} for t in took])
    show("PUT here to readable there, p95, ms", [{n: t[n][2] for n in pairs} for t in took])


def show(line: str, turns: list[dict[str, float]]) -> None:
    """The median of the turns, and what ours is of the reference's."""
    values = {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}
    told = "".join(f"   {name} {value:8.2f}" for name, value in values.items())
    ratio = values["embedded"] / values.get("reference", values["embedded"])
    print(f"{line:<38}{told}   {ratio:.2f} x")


def start(directory: Path, port: int) -> "subprocess.Popen[bytes]":
    server = subprocess.Popen([sys.executable, "-c", PROGRAM, str(directory), str(port)], cwd=ROOT)
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}/_up", timeout=1)
            return server
        except requests.ConnectionError:
            time.sleep(0.02)


def measure(source: str, target: str) -> tuple[float, float, float]:
    """Seconds for 10,000 documents at once; then milliseconds from a PUT here until it can be
    read there: the middle one, and the 95th of a hundred."""
    web = requests.Session()
    web.auth = ADMIN

    def ask(method: str, url: str, **options: Any) -> Any:
        answer = web.request(method, url, timeout=120, **options)
        assert answer.status_code < 400, answer.text
        return answer.json()

    here, there = (f"{url}/r{uuid4().hex}" for url in (source, target))
    for url in (here, there):
        ask("PUT", url)
    for first in range(0, DOCUMENTS, 1000):
        docs = [{"_id": f"n{first + n:06}", "text": "x" * 480} for n in range(1000)]
        ask("POST", f"{here}/_bulk_docs", json={"docs": docs})
    wish = {"source": {"url": here, "auth": AUTH}, "target": {"url": there, "auth": AUTH}}
    begun = time.perf_counter()
    ask("POST", f"{target}/_replicate", json=wish)
    whole = time.perf_counter() - begun
    ask("POST", f"{target}/_replicate", json={**wish, "continuous": True})
    took = sorted(reach(ask, here, there, f"z{n}") for n in range(WRITES))
    ask("POST", f"{target}/_replicate", json={**wish, "continuous": True, "cancel": True})
    for url in (here, there):
        ask("DELETE", url)
    return whole, statistics.median(took), took[int(len(took) * 0.95)]


def reach(ask: Any, here: str, there: str, id: str) -> float:
    """Milliseconds from the answer to a PUT until the neighbour has it."""
    ask("PUT", f"{here}/{id}", json={"n": 1})
    begun = time.perf_counter()
    while requests.get(f"{there}/{id}", auth=ADMIN, timeout=5).status_code != 200:
        time.sleep(0.001)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
