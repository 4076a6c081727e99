"""A hall's clock, documents of its neighbours, and what makes a leaf apart."""

import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync import upkeep
from sync.clock import stamp
from sync.database import Database
from sync.documents.account import HOUSEHOLD
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.photo import PHOTO
from sync.documents.report import EVENT, REPORT, key_of
from sync.mesh.here import Here
from tests.conftest import ROOT
from tests.conftest import command as words_of

NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PIXELS = b"\xff\xd8\xff\xe0 the stairs as Lucien sees them " * 400


class Clock:
    """Estate time as a test wishes it."""

    def __init__(self) -> None:
        self.at, self.certain = NOW, True

    def now(self) -> datetime:
        return self.at


class Hall:
    """What a test writes into a hall's database. ``node`` is who is said to have written it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.here = Here("n-1", "kiosk", "figuiers")

    def door(self, household: str, residence: str = "figuiers") -> None:
        told = {"residence": residence, "staircase": f"{residence}-a", "door": "1"}
        self.database.put("accounts", HOUSEHOLD.new(household, **told))

    def report(
        self, age: timedelta, household: str = "hlucien", node: str = "n-2", **fields: Any
    ) -> Document:
        made = {"at": stamp(NOW - age), "origin": f"{node}.a", "by": "plucien"}
        told = {"category": "lift", "place": "figuiers-a", **made, **fields}
        return self.put("private", REPORT.new(fresh(), household=household, **told))

    def answer(self, report: Document, age: timedelta, **fields: Any) -> Document:
        made = {"at": stamp(NOW - age), "origin": "n-9.a", "by": "sclaire", **fields}
        key = f"{key_of(report['_id'])}.{fresh()}"
        household = report["_id"].partition(":")[0]
        event = EVENT.new(key, household=household, report=report["_id"], state="planned", **made)
        return self.put("private", event)

    def photo(self, report: Document, **fields: Any) -> Document:
        made = {"at": report["at"], "origin": report["from"], "by": report["by"], **fields}
        household, key = report["_id"].partition(":")[0], f"{key_of(report['_id'])}.1"
        size = {"owner": report["_id"], "width": 4, "height": 3}
        self.put("private-media", PHOTO.new(key, household=household, **size, **made))
        id = PHOTO.id(key, household)
        found = self.database.get("private-media", id) or {}
        self.database.attach("private-media", id, found["_rev"], "photo.jpg", PIXELS, "image/jpeg")
        return found

    def put(self, db: str, document: Document) -> Document:
        return {**document, "_rev": self.database.put(db, document)}

    def apart(self, db: str, document: Document) -> None:
        """Write a leaf of the same document that another hall has made."""
        upkeep.graft(self.database, db, [{**document, "_rev": "1-" + "f" * 32}])

    def ids(self, db: str) -> set[str]:
        """Everything in a database, tombstones too."""
        return {row.id for page in upkeep.rows(self.database, db) for row in page}


@pytest.fixture
def clock() -> Clock:
    """Noon, beyond doubt."""
    return Clock()


@pytest.fixture
def hall(database: Database) -> Hall:
    """An empty hall of the residence "figuiers"; its node is n-1."""
    return Hall(database)


@pytest.fixture
def signed() -> Callable[[Document], bool]:
    """Takes every document for the landlord's that does not say it is forged."""
    return lambda document: not document.get("forged")


def said(*words: str | Path, within: Sequence[str] = ()) -> str:
    """What `residacoeur WORDS` prints; fails when it fails. ``within``: what stands before it,
    where it is to run elsewhere."""
    line = [*within, *words_of(*words)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def command() -> Callable[..., str]:
    """The function :func:`said`."""
    return said
