"""A database of the tests' own, and the demonstration estate's files."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sync.database import INDEXES, Database
from sync.imports import places, residents

DEMO = Path(__file__).resolve().parents[3] / "installer" / "demo"
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    """Empty databases: on the server that COUCH_REF_URL names, else on the embedded one."""
    url = os.environ.get("COUCH_REF_URL")
    if url is None:
        couch = request.getfixturevalue("couch")
        url, access = couch.url, (couch.name, couch.password)
    else:
        access = ("admin", "secret")
    for name in INDEXES:
        requests.delete(f"{url}/{name}", auth=access, timeout=10)
    fresh = Database(url, *access)
    fresh.create_all()
    return fresh


@pytest.fixture
def demo() -> Path:
    """The folder of the demonstration estate's files."""
    return DEMO


@pytest.fixture
def now() -> datetime:
    """The instant at which everything is imported."""
    return NOW


@pytest.fixture
def estate(database: Database) -> Database:
    """A database that knows the places of the demonstration estate."""
    places.load(database, str(DEMO / "places.csv"), now=NOW)
    return database


@pytest.fixture
def lived_in(estate: Database, tmp_path: Path) -> Database:
    """A database that knows the places, the residents of whom reports speak, and the staff."""
    header, *rows = (DEMO / "residents.csv").read_text().splitlines()
    told = (DEMO / "reports.csv").read_text()
    named = [row for row in rows if row.partition(",")[0] in told]
    (tmp_path / "few.csv").write_text("\n".join([header, *named]))
    residents.load(estate, str(tmp_path / "few.csv"), now=NOW)
    residents.load(estate, str(DEMO / "staff.csv"), now=NOW)
    return estate


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """A function write(name, content) → the path of a file that holds it."""

    def written(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return written
