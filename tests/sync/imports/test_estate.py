"""The demonstration estate as a whole, made in two halls that never met."""

from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType

from sync.database import Database
from sync.imports import calendar, feed, places, reports, residents

SEALED = ("place", "household", "person", "staff", "notice", "works", "metoo")
"""What has a natural key, and carries no origin."""

DATABASES = ("estate", "accounts", "private")


def sources(demo: Path) -> list[tuple[ModuleType, Path]]:
    found = [(places, demo / "places.csv"), (residents, demo / "residents.csv")]
    found += [(residents, demo / "staff.csv"), (reports, demo / "reports.csv")]
    found += [(feed, path) for path in sorted(demo.glob("*.xml"))]
    return found + [(calendar, path) for path in sorted(demo.glob("*.ics"))]


def contents(database: Database) -> dict[str, list[dict[str, object]]]:
    return {name: database.range(name, "a", "z") for name in DATABASES}


def test_two_halls_make_the_same_estate_byte_for_byte(
    database: Database, demo: Path, tmp_path: Path, now: datetime
) -> None:
    for module, path in sources(demo):
        module.load(database, str(path), now=now, shift_from=date(2026, 11, 23))
    here = contents(database)
    for name in DATABASES:
        database.client.delete_database(db=name)
    database.create_all()
    for module, path in sources(demo):
        copy = tmp_path / f"copied-{path.name}"
        copy.write_bytes(path.read_bytes())
        later = now + timedelta(minutes=90)
        module.load(database, str(copy), now=later, shift_from=date(2026, 11, 23))
    assert contents(database) == here  # revisions included
    assert len(here["accounts"]) > 2000
    assert not any(
        "from" in doc for doc in here["accounts"] + here["estate"] if doc["kind"] in SEALED
    )
