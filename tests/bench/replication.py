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
DOCUMENTS, WRITES = 10_000, 200
PROGRAM = """
import sys
from pathlib import Path
from sync.couch.server import run
sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), ("admin", "secret")))
"""


def main() -> None:
    """Measure ours, then the reference where there is one."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        servers = [start(Path(folder) / name, port) for name, port in (("a", 18591), ("b", 18592))]
        try:
            measure("embedded", "http://127.0.0.1:18591", "http://127.0.0.1:18592")
        finally:
            for server in servers:
                server.terminate()
                server.wait()
    if reference := os.environ.get("COUCH_REF_URL"):
        measure("reference", reference, reference)


def start(directory: Path, port: int) -> "subprocess.Popen[bytes]":
    server = subprocess.Popen([sys.executable, "-c", PROGRAM, str(directory), str(port)], cwd=ROOT)
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}/_up", timeout=1)
            return server
        except requests.ConnectionError:
            time.sleep(0.02)


def measure(name: str, source: str, target: str) -> None:
    """10,000 documents at once; then the time from a PUT here until it can be read there."""
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
    print(f"{name:10} {DOCUMENTS} documents: {time.perf_counter() - begun:.2f} s")
    ask("POST", f"{target}/_replicate", json={**wish, "continuous": True})
    took = sorted(reach(ask, here, there, f"z{n}") for n in range(WRITES))
    ask("POST", f"{target}/_replicate", json={**wish, "continuous": True, "cancel": True})
    median, late = statistics.median(took), took[int(len(took) * 0.95)]
    print(f"{name:10} PUT here to readable there: p50 {median:.1f} ms, p95 {late:.1f} ms")
    for url in (here, there):
        ask("DELETE", url)


def reach(ask: Any, here: str, there: str, id: str) -> float:
    """Milliseconds from the answer to a PUT until the neighbour has it."""
    ask("PUT", f"{here}/{id}", json={"n": 1})
    begun = time.perf_counter()
    while requests.get(f"{there}/{id}", auth=ADMIN, timeout=5).status_code != 200:
        time.sleep(0.001)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
