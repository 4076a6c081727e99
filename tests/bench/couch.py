"""How fast the embedded database is: medians, with what machine and load.

    python tests/bench/couch.py [URL]

Without URL a fresh embedded server is started; URL names another CouchDB (without credentials,
administrator admin:secret). Every write is on disk when it is answered.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "import sys; from pathlib import Path; from sync.couch.server import run;"
    "sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), ('admin', 'secret')))"
)
DOCUMENTS = 20_000
HEADERS = {
    "Authorization": "Basic " + b64encode(b"admin:secret").decode(),
    "Content-Type": "application/json",
}


class Client:
    """One connection, kept alive."""

    def __init__(self, url: str) -> None:
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


def median(times: list[float]) -> float:
    """In milliseconds."""
    return statistics.median(times) * 1000


def measure(work: Callable[[int], object], rounds: int) -> list[float]:
    times = []
    for n in range(rounds):
        begun = time.perf_counter()
        work(n)
        times.append(time.perf_counter() - begun)
    return times


def show(what: str, times: list[float]) -> None:
    ninety = sorted(times)[int(len(times) * 0.95)] * 1000
    print(f"{what:<46} p50 {median(times):8.2f} ms   p95 {ninety:8.2f} ms   n={len(times)}")


def document(n: int) -> dict[str, Any]:
    kind = ("notice", "works", "fault", "report")[n % 4]
    return {
        "_id": f"{kind}:{n:06}",
        "kind": kind,
        "at": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T10:00:{n % 60:02}Z",
        "by": f"p-{n % 700}",
        "text": "L’ascenseur est en panne. " * 14,
    }


def fill(client: Client) -> None:
    index = {"fields": ["kind", "at"]}
    client.ask("POST", "/bench/_index", {"index": index, "ddoc": "by-date", "name": "by-date"})

    def bulk(n: int) -> None:
        docs = [document(n * 1000 + i) for i in range(1000)]
        client.ask("POST", "/bench/_bulk_docs", {"docs": docs})

    times = measure(bulk, DOCUMENTS // 1000)
    show("_bulk_docs, 1000 documents of 500 bytes, 1 index", times)
    print(f"{'':<46} {1000 / statistics.median(times):8.0f} documents/s")


def read(client: Client) -> None:
    path = "/bench/" + document(777)["_id"]
    show("GET one document", measure(lambda n: client.ask("GET", path), 2000))
    query = {"selector": {"kind": "notice"}, "sort": [{"at": "desc"}], "limit": 20}
    find = measure(lambda n: client.ask("POST", "/bench/_find", query), 500)
    show("_find on an index, sorted, limit 20", find)
    page = '/bench/_all_docs?include_docs=true&startkey="notice:001"&limit=50'
    page = page.replace('"', "%22")
    show("_all_docs, 50 with documents", measure(lambda n: client.ask("GET", page), 500))
    changes = "/bench/_changes?include_docs=true&limit=1000&since=0"
    show("_changes, 1000 with documents", measure(lambda n: client.ask("GET", changes), 20))
    scan = {"selector": {"by": "p-3"}, "limit": 1000}
    show("_find without index", measure(lambda n: client.ask("POST", "/bench/_find", scan), 5))


def write(client: Client, url: str) -> None:
    def put(n: int) -> None:
        client.ask("PUT", f"/bench/put{n}", document(n) | {"_id": f"put{n}"})

    show("PUT one document", measure(put, 500))
    clients = [Client(url) for _ in range(16)]
    begun = time.perf_counter()
    threads = [threading.Thread(target=many, args=(clients[c], c), daemon=True) for c in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{'PUT by 16 clients at once':<46} {1600 / (time.perf_counter() - begun):8.0f} /s")


def many(client: Client, c: int) -> None:
    for n in range(100):
        client.ask("PUT", f"/bench/many{c}-{n}", {"n": n})


def wake(client: Client, url: str) -> None:
    """From the moment a PUT is sent to the moment a waiting long poll has its row."""
    times = []
    for n in range(100):
        seq = client.ask("GET", "/bench")["update_seq"]
        got: list[float] = []

        def poll(since: str = seq, got: list[float] = got) -> None:
            Client(url).ask("GET", f"/bench/_changes?feed=longpoll&since={since}&timeout=9000")
            got.append(time.perf_counter())

        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(0.02)
        begun = time.perf_counter()
        client.ask("PUT", f"/bench/wake{n}", {})
        thread.join()
        times.append(got[0] - begun)
    show("PUT to a long poll that wakes", times)


def crowd(client: Client, url: str) -> None:
    path = "/bench/_changes?feed=longpoll&since=now&timeout=60000"
    waiting = [Client(url) for _ in range(64)]
    for each in waiting:
        each.connection.request("GET", path, None, HEADERS)
    time.sleep(0.3)
    get = "/bench/" + document(777)["_id"]
    show("GET beside 64 open long polls", measure(lambda n: client.ask("GET", get), 2000))
    client.ask("PUT", "/bench/crowd", {})


def memory(process: int, when: str) -> None:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (resident,) = (int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    print(f"{'resident memory ' + when:<46} {resident / 1024:12.1f} MB")


def start(directory: str, port: int) -> "subprocess.Popen[bytes]":
    begun = time.perf_counter()
    arguments = [sys.executable, "-c", PROGRAM, directory, str(port)]
    process = subprocess.Popen(arguments, cwd=ROOT)
    while True:
        try:
            Client(f"http://127.0.0.1:{port}").ask("GET", "/_up")
            break
        except OSError:
            time.sleep(0.005)
    print(f"{'start to /_up':<46} {(time.perf_counter() - begun) * 1000:12.0f} ms")
    return process


def run(url: str, process: int | None) -> None:
    client = Client(url)
    client.ask("PUT", "/bench")
    if process:
        memory(process, "at start")
    for part in (fill, read):
        part(client)
    write(client, url)
    wake(client, url)
    crowd(client, url)
    info = client.ask("GET", "/bench")
    print(f"{'file':<46} {info['sizes']['file'] / 1e6:12.1f} MB")
    if process:
        memory(process, "at the end")
    client.ask("DELETE", "/bench")


def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python", end=" ")
    print(platform.python_version(), platform.platform())
    if len(sys.argv) > 1:
        run(sys.argv[1].rstrip("/"), None)
        return
    port = 20_000 + os.getpid() % 20_000
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as directory:
        process = start(directory, port)
        try:
            run(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
