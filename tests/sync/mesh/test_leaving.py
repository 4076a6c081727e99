"""A move-out: codes, cards and visits of those who left end; nobody else's, and no report."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.clock import stamp
from sync.documents.account import CARD, VERIFIER
from sync.documents.erasure import erase, move_out
from sync.documents.kind import Document
from sync.mesh.here import Here, takes
from sync.mesh.leaving import carry_out
from sync.mesh.survey import survey

NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
BY = {"at": stamp(NOW), "by": "sclaire", "origin": "n-9.a"}


def proofs(hall: Any, person: str, age: timedelta = 9 * DAY) -> list[Document]:
    """A code and a card of somebody behind Lucien's door."""
    told = {"account": "hlucien", "person": person, "at": stamp(NOW - age), "origin": "n-1.a"}
    verifier = VERIFIER.new(f"hlucien:{person}", code="00", card="00", **told)
    return [hall.put("accounts", verifier), hall.put("accounts", CARD.new(f"00{person}", **told))]


def visit(hall: Any, person: str) -> str:
    id = f"session:{person}"
    told = {"kind": "session", "account": "hlucien", "person": person}
    hall.put("node", {"_id": id, **told, "opened": stamp(NOW - DAY)})
    return id


@pytest.fixture
def moved(hall: Any, signed: Any) -> Any:
    """A function moved(day): the hall as it knows itself once Lucien's move-out has come."""
    hall.door("hlucien")

    def known(day: Any = TODAY, at: datetime = NOW) -> Here:
        hall.put("estate", move_out("hlucien", day, ["plucien"], **BY))
        here: Here = survey(hall.database, hall.here, signed, at)
        return here

    return known


def test_who_left_has_no_code_no_card_and_no_visit_any_more(hall: Any, moved: Any) -> None:
    proofs(hall, "plucien")
    visit(hall, "plucien")
    report = hall.report(9 * DAY)
    assert carry_out(hall.database, moved()) == 3
    assert hall.ids("accounts") == {"household:hlucien"}
    assert hall.ids("node") == set()
    assert hall.ids("private") == {report["_id"]}


def test_before_the_day_nothing_ends(hall: Any, moved: Any) -> None:
    proofs(hall, "plucien")
    assert carry_out(hall.database, moved(TODAY + DAY)) == 0


def test_who_comes_after_keeps_a_code_made_before_the_day(hall: Any, moved: Any) -> None:
    proofs(hall, "pnew")
    standing = visit(hall, "pnew")
    assert carry_out(hall.database, moved()) == 0
    assert standing in hall.ids("node")


def test_a_code_made_since_for_who_came_back_stays(hall: Any, moved: Any) -> None:
    proofs(hall, "plucien", timedelta(hours=1))
    assert carry_out(hall.database, moved()) == 0


def test_what_ended_does_not_come_back_from_another_hall(hall: Any, moved: Any) -> None:
    verifier, card = proofs(hall, "plucien")
    later, _ = proofs(hall, "pnew")
    here = moved()
    assert [takes(document, NOW, here) for document in (verifier, card, later)] == [
        False,
        False,
        True,
    ]


def test_a_forged_move_out_ends_nothing(hall: Any, moved: Any, signed: Any) -> None:
    proofs(hall, "plucien")
    fact = move_out("hlucien", TODAY, ["plucien"], **BY)
    hall.put("estate", {**fact, "forged": True})
    assert carry_out(hall.database, survey(hall.database, hall.here, signed, NOW)) == 0


def test_when_the_last_of_a_door_is_erased_others_live_there(hall: Any, signed: Any) -> None:
    hall.put("estate", erase("plucien", "hlucien", [], **BY))
    hall.put("estate", erase("pfatou", "hfatou", [{"_id": "person:pmoussa"}], **BY))
    assert survey(hall.database, hall.here, signed, NOW).moved == {"hlucien": NOW}
