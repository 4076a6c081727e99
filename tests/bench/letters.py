"""How long 700 letters take, hashing included: `python -m tests.bench.letters`. Prints the machine
and its load; what a core worked tells what it would take on a machine with nothing else to do.

A real database process; a third of the letters in Arabic. Issued twice: the second time every
older verifier is written over.
"""

import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from kiosk.access.digests import METHOD, METHODS
from kiosk.letters.addressees import living
from kiosk.letters.posting import post
from sync.database import Database
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.place import PLACE_KIND
from tests.bench.signin import database

LETTERS = 700
KEY = bytes(range(32))
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def fill(known: Database) -> None:
    places = [
        PLACE_KIND.new("figuiers", type="residence", name="Les Figuiers", emblem="figuiers"),
        PLACE_KIND.new("figuiers-b", type="staircase", name="Escalier B", parent="figuiers"),
    ]
    known.bulk("estate", places)
    documents = []
    for number in range(LETTERS):
        home = {"residence": "figuiers", "staircase": "figuiers-b", "door": str(number)}
        who = {"first_name": "Amina", "last_name": f"Benali {number}"}
        language = "ar" if number % 3 == 0 else "fr"
        documents.append(HOUSEHOLD.new(f"h{number}", **home))
        documents.append(PERSON.new(f"p{number}", household=f"h{number}", **who, language=language))
    known.bulk("accounts", documents)


def main() -> None:
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.2f}; {METHODS[METHOD]}")
    with database() as known, tempfile.TemporaryDirectory() as folder:
        fill(known)
        for turn in ("first", "again"):
            path = Path(folder) / "letters.pdf"
            begun, worked = time.perf_counter(), time.process_time()
            issued = post(known, KEY, living(known, "figuiers"), path, START, "n-00000000.0000")
            taken = time.perf_counter() - begun
            work = time.process_time() - worked
            told = f"{taken:.1f} s ({work:.1f} of a core), {path.stat().st_size / 1e6:.1f} MB"
            print(f"{len(issued)} letters, {turn}: {told}")


if __name__ == "__main__":
    main()
