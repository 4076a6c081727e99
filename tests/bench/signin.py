"""What one attempt to sign in takes: `python -m tests.bench.signin`. Prints the machine and load.

A real database process with 700 doors; doors that exist and doors that do not, turn about, with a
wrong code, then the right code and the card.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from kiosk.access.codes import check
from kiosk.access.digests import METHOD, METHODS, code_digest
from kiosk.access.issue import Issued
from kiosk.access.verify import Verifier
from sync.database import Database
from sync.documents.account import HOUSEHOLD, PERSON
from tests.conftest import free_port_now

DOORS = 700
ROUNDS = 100
ISSUED = 20
KEY = bytes(range(32))
ORIGIN = "n-00000000.0000"
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WRONG = "0123456789" + check("0123456789")


@contextmanager
def database() -> Iterator[Database]:
    """An embedded database of its own, ended with the benchmark."""
    with tempfile.TemporaryDirectory() as directory:
        data, port = Path(directory) / "data", free_port_now()
        run = [sys.executable, "-m", "app", "couch", "--data", str(data), "--port", str(port)]
        process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield opened(f"http://127.0.0.1:{port}", data / "couch.secret")
        finally:
            process.terminate()
            process.wait()


def opened(url: str, secret: Path) -> Database:
    for _ in range(200):
        if secret.exists():
            known = Database(url, *secret.read_text().strip().split(":", 1))
            if known.up():
                known.create_all()
                return known
        time.sleep(0.05)
    raise SystemExit("the database does not start")


def fill(known: Database) -> None:
    documents = []
    for number in range(DOORS):
        home = {"residence": "figuiers", "staircase": "figuiers-a", "door": str(number)}
        documents.append(HOUSEHOLD.new(f"h{number}", **home))
        documents.append(PERSON.new(f"p{number}", household=f"h{number}", last_name="Benali"))
    known.bulk("accounts", documents)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def report(name: str, times: list[float]) -> None:
    p95 = sorted(times)[int(len(times) * 0.95)]
    print(f"{name:44} median {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms")


def main() -> None:
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.2f}; {METHODS[METHOD]}")
    with database() as known:
        fill(known)
        verifier = Verifier(known, KEY, ORIGIN)
        issued: list[Issued] = []

        def issue(number: int) -> None:
            issued.append(verifier.issue(f"h{number}", f"p{number}", START, ORIGIN))

        report("issue a code and a card", [timed(partial(issue, n)) for n in range(ISSUED)])
        report("the hash alone", [timed(partial(code_digest, KEY, "h1", WRONG)) for _ in range(20)])
        failures(verifier)
        later = START + timedelta(days=1)
        doors = [(f"h{n}", each.code) for n, each in enumerate(issued)]
        right = [timed(partial(verifier.by_code, *door, later)) for door in doors]
        report("right code, after failures", right)
        report("card", [timed(partial(verifier.by_card, each.card, later)) for each in issued])


def failures(verifier: Verifier) -> None:
    kinds = {
        "wrong code, door with a code": 0,
        "wrong code, door without one": ISSUED,
        "wrong code, door that does not exist": DOORS,
    }
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(ROUNDS):
        now = START + timedelta(minutes=2 * turn)
        for kind, first in kinds.items():
            attempt = partial(verifier.by_code, f"h{first + turn % ISSUED}", WRONG, now)
            times[kind].append(timed(attempt))
    for kind, taken in times.items():
        report(kind, taken)


if __name__ == "__main__":
    main()
