"""Erasure: nothing of the person is left, on disk either, and the others lose nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync import upkeep
from sync.board import Board
from sync.clock import stamp
from sync.database import Database
from sync.documents.account import CARD, FAILURE, PERSON, VERIFIER
from sync.documents.draft import DRAFT
from sync.documents.erasure import erase
from sync.documents.fault import declare, join
from sync.documents.kind import Document
from sync.documents.preference import PREFERENCE
from sync.documents.report import acknowledge
from sync.errors import Invalid
from sync.mesh.erasing import execute, pending, progress

NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = "Lucien-a-peur-dans-le-noir"
ORIGIN = "n-1.a"
MADE = {"at": stamp(NOW - DAY), "origin": ORIGIN}


def known(hall: Any, person: str) -> None:
    """A person of Lucien's household with all that the estate knows of them."""
    hall.put("accounts", PERSON.new(person, household="hlucien", last_name=f"Nom-{person}"))
    proof = {"account": "hlucien", "person": person, **MADE}
    hall.put("accounts", VERIFIER.new(f"hlucien:{person}", code="00", card="00", **proof))
    hall.put("accounts", CARD.new(f"00{person}", **proof))
    values = {"lang": {"value": f"voeu-{person}", "at": MADE["at"]}}
    settings = PREFERENCE.new(person, household="hlucien", by=person, values=values, **MADE)
    hall.put("private", settings)
    sealed = {"public": "cA", "sealed": f"brouillon-{person}", "ends": stamp(NOW + DAY)}
    hall.put("node", DRAFT.new(f"{person}:report", **sealed, **MADE))


@pytest.fixture
def lucien(hall: Any) -> Document:
    """His erasure; he has written, and lived with Simone, who stays."""
    hall.door("hlucien")
    known(hall, "plucien")
    known(hall, "psimone")
    report = hall.report(DAY, words=SECRET)
    hall.apart("private", {**report, "words": f"{SECRET}-autre"})
    answer = hall.answer(report, DAY, words=f"Bonjour {SECRET}")
    hall.put("private", acknowledge(answer["_id"], "read", **MADE))
    hall.photo(report)
    others = hall.database.range("accounts", "person:", "person;")
    asked = erase("plucien", "hlucien", others, at=stamp(NOW), by="sclaire", origin="n-9.a")
    return {**asked, "_rev": hall.database.put("estate", asked)}


def carry_out(hall: Any, erasure: Document, origin: str = ORIGIN) -> Any:
    return execute(hall.database, erasure, lambda _: True, at=stamp(NOW), origin=origin)


def test_every_leaf_by_to_or_about_the_person_is_gone_and_the_other_s_stay(
    hall: Any, lucien: Document
) -> None:
    other = hall.report(DAY, by="psimone", words="La lampe")
    said = hall.answer(other, DAY)
    went = carry_out(hall, lucien)
    assert hall.ids("private") == {
        "hlucien:preference:psimone",
        other["_id"],
        said["_id"],
    }
    assert hall.ids("private-media") == set()
    assert hall.ids("node") == {"draft:psimone:report"}
    assert not any("plucien" in id for id in hall.ids("accounts"))
    assert {"household:hlucien", "person:psimone"} <= hall.ids("accounts")
    assert (went["private"], went["accounts"], went["private-media"]) == (4, 3, 1)


def test_no_word_of_the_person_is_left_in_any_file(hall: Any, lucien: Document, couch: Any) -> None:
    words = [SECRET, "Nom-plucien", "voeu-plucien", "brouillon-plucien", "the stairs as Lucien"]

    def left() -> list[str]:
        files = [path.read_bytes() for path in Path(couch.data).rglob("*") if path.is_file()]
        return [word for word in words if any(word.encode() in file for file in files)]

    assert left() == words
    carry_out(hall, lucien)
    assert left() == []


def test_a_deleted_document_that_still_tells_of_the_person_goes_too(
    hall: Any, lucien: Document
) -> None:
    letter = {"_id": "hamina:message:m", "kind": "message", "by": "plucien", "words": SECRET}
    rev = hall.database.put("private", letter)
    hall.database.put("private", {**letter, "_rev": rev, "_deleted": True})
    carry_out(hall, lucien)
    assert letter["_id"] not in hall.ids("private")


def test_with_the_last_person_the_household_s_range_goes_up_to_that_day(
    hall: Any, lucien: Document
) -> None:
    carry_out(hall, lucien)
    hall.put("accounts", FAILURE.new("hlucien:n-1", count=3, last=MADE["at"], **MADE))
    hall.put("estate", join("fault:f1", "hlucien", NOW.date() - DAY))
    hall.report(DAY, by="someone")
    later = hall.report(-DAY, by="pnew")
    alone = [hall.database.get("accounts", "person:psimone")]
    simone = erase("psimone", "hlucien", alone, at=stamp(NOW), by="sclaire", origin="n-9.a")
    assert "whole" not in lucien
    assert simone["whole"]
    hall.put("estate", simone)
    carry_out(hall, simone)
    assert hall.ids("private") == {later["_id"]}
    assert hall.ids("accounts") == {"household:hlucien"}
    assert hall.ids("estate") == {lucien["_id"], simone["_id"]}


def test_an_erasure_that_the_landlord_has_not_signed_erases_nothing(
    hall: Any, lucien: Document
) -> None:
    before = hall.ids("private")
    with pytest.raises(Invalid):
        execute(hall.database, lucien, lambda _: False, at=stamp(NOW), origin=ORIGIN)
    assert hall.ids("private") == before
    assert pending(hall.database, lambda _: False, ORIGIN) == []


def test_it_is_carried_out_once_and_again_after_a_restore(
    hall: Any, lucien: Document, signed: Callable[[Document], bool]
) -> None:
    assert [e["_id"] for e in pending(hall.database, signed, ORIGIN)] == [lucien["_id"]]
    carry_out(hall, lucien)
    assert pending(hall.database, signed, ORIGIN) == []
    known(hall, "plucien")  # as yesterday's backup has it, with another incarnation
    restored = "n-1.b"
    (again,) = pending(hall.database, signed, restored)
    carry_out(hall, again, restored)
    assert not any("plucien" in id for id in hall.ids("accounts") | hall.ids("private"))
    assert pending(hall.database, signed, restored) == []


def test_an_erasure_under_another_s_id_is_none(
    hall: Any, lucien: Document, signed: Callable[[Document], bool]
) -> None:
    hall.put("estate", {**_bare(lucien), "_id": "erasure:pother"})
    assert [e["_id"] for e in pending(hall.database, signed, ORIGIN)] == [lucien["_id"]]


def _bare(document: Document) -> Document:
    return {k: v for k, v in document.items() if k != "_rev"}


def test_the_page_can_say_in_how_many_halls_it_is_done(
    hall: Any, database: Database, lucien: Document
) -> None:
    for node, role in (("n-1", "kiosk"), ("n-2", "kiosk"), ("n-9", "landlord"), ("n-7", "kiosk")):
        database.put("status", {"_id": f"node:{node}", "kind": "node", "role": role})
    database.put("status", {"_id": "node:n-5", "kind": "node", "role": "home"})
    database.put("estate", {"_id": "revocation:7f", "kind": "revocation", "node": "n-7"})
    assert progress(database, "plucien") == (0, 3)
    carry_out(hall, lucien)
    (word,) = database.range("status", "erased:", "erased;")
    forged = {**_bare(word), "_id": "erased:plucien.n-2"}
    database.put("status", forged)
    assert progress(database, "plucien") == (1, 3)
    database.put("status", {**_bare(word), "_id": "erased:plucien.n-9", "from": "n-9.a"})
    assert progress(database, "plucien") == (2, 3)


def test_a_desk_that_is_open_forgets_them_too(hall: Any, lucien: Document) -> None:
    board = Board(hall.database)
    other = hall.report(DAY, by="psimone")
    assert len(board.cases(NOW)) == 2
    carry_out(hall, lucien)
    (case,) = board.cases(NOW)
    assert case.id == other["_id"]


def test_a_desk_begins_anew_when_more_was_purged_than_is_remembered(
    hall: Any, lucien: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(hall.database)
    other, fault = hall.report(DAY, by="psimone"), declare("lift", "a", NOW.date(), origin="n-2.a")
    hall.put("estate", fault)
    assert len(board.cases(NOW)) == 3
    carry_out(hall, lucien)
    hall.put("estate", erase("x", "h", [], at=stamp(NOW), by="x", origin="n-9.a"))
    upkeep.forget(hall.database, "estate", ["erasure:x"])
    monkeypatch.setattr(upkeep, "REMEMBERED", 1)
    assert {case.id for case in board.cases(NOW)} == {other["_id"], fault["_id"]}
