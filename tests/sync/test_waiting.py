"""How many of one's own things have not left this machine."""

from typing import Any, Final

import pytest

from sync.database import Database
from sync.documents.departure import departed
from sync.documents.kind import Document
from sync.documents.photo import PHOTO
from sync.documents.report import EVENT, REPORT, acknowledge
from sync.waiting import waiting

HERE: Final = "n-here"
AT: Final = "2026-11-23T13:10:00.000Z"
MADE: Final[dict[str, Any]] = {
    "household": "hamina",
    "at": AT,
    "by": "pamina",
    "origin": f"{HERE}.1a",
}


def report(key: str, **other: Any) -> Document:
    return REPORT.new(key, category="lift", place="figuiers-b", **{**MADE, **other})


@pytest.fixture
def sent(database: Database) -> Document:
    """A report, a word after it and its photo, all written here."""
    document = report("r1")
    event = EVENT.new("r1.e1", report=document["_id"], state="reopened", **MADE)
    photo = PHOTO.new("r1.1", owner=document["_id"], width=1, height=1, **MADE)
    database.bulk("private", [document, event])
    database.put("private-media", photo)
    return document


def count(database: Database) -> int:
    return waiting(database, "hamina", "pamina", HERE)


def test_words_and_photos_wait_until_each_has_left(database: Database, sent: Document) -> None:
    assert count(database) == 3
    for left, id in ((2, sent["_id"]), (1, "hamina:event:r1.e1"), (0, "hamina:photo:r1.1")):
        database.put("node", departed(id, at=AT, peer="n-a"))
        assert count(database) == left


def test_what_the_landlord_has_waits_no_more(database: Database, sent: Document) -> None:
    database.put("private", acknowledge(sent["_id"], "reached", at=AT, origin="n-l.1"))
    assert count(database) == 2


def test_what_was_written_elsewhere_or_by_someone_else_does_not_wait_here(
    database: Database,
) -> None:
    elsewhere, childs = report("r2", origin="n-a.1"), report("r3", by="pchild")
    database.bulk("private", [elsewhere, childs, report("r4", household="hother")])
    assert count(database) == 0


def test_a_machine_that_was_restored_goes_on_counting_its_own(database: Database) -> None:
    database.put("private", report("r5", origin=f"{HERE}.other-incarnation"))
    assert count(database) == 1
