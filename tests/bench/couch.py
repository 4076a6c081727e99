"""How fast the embedded database is, and how that compares with Apache CouchDB in the same run.

    python tests/bench/couch.py [--large] [URL [COMMAND ...]]

URL names a CouchDB (without credentials, administrator admin:secret) that is measured by turns
with a fresh embedded server. With COMMAND the benchmark starts it itself, and ends it, so that
start and memory are measured too. --large goes on to 200,000 documents. Every write is on disk
when it is answered; medians, and ratios of ours to the other's.
"""

import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "import sys; from pathlib import Path; from sync.couch.server import run;"
    "sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), ('admin', 'secret')))"
)
FIRST, LARGE = 10_000, 200_000
TURNS = 3
"""How often both are measured by turns: what else the machine does falls on both."""
HEADERS = {
    "Authorization": "Basic " + b64encode(b"admin:secret").decode(),
    "Content-Type": "application/json",
}
BULK = "_bulk_docs of 1000 x 500 bytes"
INDEX = {"index": {"fields": ["kind", "at"]}, "ddoc": "by-date", "name": "by-date"}
NEWEST = {"selector": {"kind": "notice"}, "sort": [{"kind": "desc"}, {"at": "desc"}], "limit": 20}


class Side:
    """One of the servers: a connection kept alive, and what was measured, in seconds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.times: dict[str, list[float]] = {}
        address = urlsplit(url)
        self.connection = http.client.HTTPConnection(str(address.hostname), address.port)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, HEADERS)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return json.loads(text) if text else None

    def measure(self, line: str, work: Callable[[int], object], rounds: int) -> None:
        known = self.times.setdefault(line, [])
        for n in range(len(known), len(known) + rounds):
            begun = time.perf_counter()
            work(n)
            known.append(time.perf_counter() - begun)


def document(n: int) -> dict[str, Any]:
    kind = ("notice", "works", "fault", "report")[n % 4]
    return {
        "_id": f"{kind}:{n:06}",
        "kind": kind,
        "at": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T10:00:{n % 60:02}Z",
        "by": f"p-{n % 700}",
        "text": "L’ascenseur est en panne. " * 14,
    }


def fill(side: Side, first: int, last: int, line: str = BULK, place: str = "/bench") -> None:
    def bulk(_: int) -> None:
        side.ask("POST", f"{place}/_bulk_docs", {"docs": docs})

    for start in range(first, last, 1000):
        docs = [document(n) for n in range(start, start + 1000)]
        side.measure(line, bulk, 1)


def refill(side: Side) -> None:
    side.ask("PUT", "/again")
    fill(side, 0, FIRST, place="/again")
    side.ask("DELETE", "/again")


def read(side: Side, rounds: int) -> None:
    get = "/bench/" + document(777)["_id"]
    side.measure("GET one document", lambda _: side.ask("GET", get), rounds * 10)
    page = "/bench/_all_docs?include_docs=true&startkey=%22notice:001%22&limit=50"
    side.measure("_all_docs, 50 with documents", lambda _: side.ask("GET", page), rounds)
    changes = "/bench/_changes?include_docs=true&limit=1000&since=0"
    side.measure("_changes, 1000 with documents", lambda _: side.ask("GET", changes), rounds // 5)


def find(side: Side, line: str, rounds: int) -> None:
    side.measure(line, lambda _: side.ask("POST", "/bench/_find", NEWEST), rounds)


def write(side: Side, rounds: int) -> None:
    def put(n: int) -> None:
        side.ask("PUT", f"/bench/put{n}", document(n) | {"_id": f"put{n}"})

    side.measure("PUT one document", put, rounds)


@contextmanager
def crowd(side: Side) -> Iterator[None]:
    """64 long polls are open until the block ends."""
    path = "/bench/_changes?feed=longpoll&since=now&timeout=60000"
    waiting = [Side(side.url) for _ in range(64)]
    for each in waiting:
        each.connection.request("GET", path, None, HEADERS)
    time.sleep(0.3)
    yield
    for each in waiting:
        each.connection.close()


def beside(side: Side, rounds: int) -> None:
    get = "/bench/" + document(777)["_id"]
    with crowd(side):
        side.measure("GET beside 64 long polls", lambda _: side.ask("GET", get), rounds)


def wake(side: Side, rounds: int) -> None:
    """From the moment a PUT is sent to the moment a waiting long poll has its row."""

    def once(n: int) -> None:
        seq = side.ask("GET", "/bench")["update_seq"]
        poll = f"/bench/_changes?feed=longpoll&since={seq}&timeout=9000"
        thread = threading.Thread(target=Side(side.url).ask, args=("GET", poll))
        thread.start()
        time.sleep(0.02)
        side.ask("PUT", f"/bench/wake{n}", {})
        thread.join()

    side.measure("PUT to a long poll that wakes, + 20 ms", once, rounds)


def resident(process: int) -> float:
    """Megabytes of a process and of those it started."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (own,) = (int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own / 1024 + sum(resident(int(child)) for child in children)


def start(url: str, command: list[str]) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            Side(url).ask("GET", "/_up")
            return process
        except (OSError, RuntimeError):
            time.sleep(0.005)


@contextmanager
def served(url: str, command: list[str]) -> Iterator[tuple[Side, int | None]]:
    """A server's side and process; without a command it runs already."""
    side = Side(url)
    if not command:
        yield side, None
        return
    for _ in range(1 + TURNS):
        begun = time.perf_counter()
        process = start(url, command)
        side.times.setdefault("start to _up", []).append(time.perf_counter() - begun)
        if len(side.times["start to _up"]) <= TURNS:
            process.terminate()
            process.wait()
    try:
        yield side, process.pid
    finally:
        process.terminate()
        process.wait()


def run(sides: list[tuple[Side, int | None]], large: bool) -> None:
    for side, process in sides:
        side.ask("PUT", "/bench")
        fill(side, 0, FIRST)
        if process:
            side.times["MB resident after 10,000 documents"] = [resident(process) / 1000]
        side.ask("POST", "/bench/_index", INDEX)
        side.ask("POST", "/bench/_find", NEWEST)
    for _ in range(TURNS):
        for side, _ in sides:
            refill(side)
            read(side, 50)
            find(side, "_find of 20, 10,000 documents", 100)
            write(side, 100)
            beside(side, 500)
            wake(side, 15)
    for side, _ in sides if large else []:
        fill(side, FIRST, LARGE, BULK + ", an index")
        side.ask("POST", "/bench/_find", NEWEST)  # Apache brings its index up to date now
    for side, _ in (sides if large else []) * TURNS:
        find(side, "_find of 20, 200,000 documents", 100)
    for side, _ in sides:
        size = side.ask("GET", "/bench")["sizes"]["file"]
        side.times["MB of file"] = [size / 1e9]
        side.ask("DELETE", "/bench")


def show(sides: list[Side]) -> None:
    """In ms (or what the line says), ours, the other's, and the ratio."""
    for line, times in sides[0].times.items():
        values = [statistics.median(side.times.get(line, [0])) * 1000 for side in sides]
        ratio = f"{values[0] / values[1]:8.2f} x" if len(values) > 1 and values[1] else ""
        print(f"{line:<40}" + "".join(f"{v:12.2f}" for v in values) + f"{ratio}   n={len(times)}")


def main() -> None:
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python", end=" ")
    print(platform.python_version(), platform.platform())
    port = 20_000 + os.getpid() % 20_000
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as directory:
        command = [sys.executable, "-c", PROGRAM, directory, str(port)]
        with served(f"http://127.0.0.1:{port}", command) as ours:
            if not words:
                run([ours], "--large" in sys.argv)
                show([ours[0]])
                return
            with served(words[0].rstrip("/"), words[1:]) as other:
                run([ours, other], "--large" in sys.argv)
                show([ours[0], other[0]])


if __name__ == "__main__":
    main()
