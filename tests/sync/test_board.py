"""The board: every case folded, whoever wrote its facts and in whatever order they came."""

from datetime import date, timedelta
from typing import Any

import pytest

from sync import clock, faults
from sync.board import Board, Case, subject_of
from sync.database import Database
from sync.documents.fault import PROGRESS, declare, join
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.report import EVENT, REPORT, acknowledge, key_of

NOW = clock.now()
FATOU = "hfatou00000"


def report(days: int = 1, household: str = FATOU, **fields: Any) -> Document:
    at = clock.stamp(NOW - timedelta(days=days))
    given = {"category": "lift", "place": "figuiers-b", **fields}
    return REPORT.new(fresh(), household=household, at=at, by="pfatou", origin="n-1.a", **given)


def event(of: Document, state: str, after: tuple[Document, ...] = (), **fields: Any) -> Document:
    return EVENT.new(
        f"{key_of(of['_id'])}.{fresh()}",
        household=of["_id"].partition(":")[0],
        at=clock.stamp(NOW),
        by="sclaire",
        origin="n-1.a",
        report=of["_id"],
        state=state,
        after=[key_of(earlier["_id"]) for earlier in after],
        **fields,
    )


def only(board: Board) -> Case:
    (case,) = board.cases(NOW)
    return case


def test_a_report_is_due_five_days_after_it_has_reached_the_landlord(database: Database) -> None:
    sent = report(days=9)
    board = Board(database)
    database.put("private", sent)
    assert only(board).due is None
    receipt = acknowledge(sent["_id"], "reached", at="2026-11-20T10:00:00Z", origin="n-2.b")
    database.put("private", receipt)
    assert only(board).due == date(2026, 11, 25)
    assert only(board).is_late(date(2026, 11, 26))


def test_the_day_promised_is_the_day_that_counts(database: Database) -> None:
    sent = report()
    database.bulk("private", [sent, event(sent, "planned", promised="2026-12-01")])
    case = only(Board(database))
    assert case.states == ("planned",)
    assert case.due == case.promised == date(2026, 12, 1)


def test_what_comes_later_changes_the_case_and_only_it(database: Database) -> None:
    one, other = report(), report(household="hlucien000")
    database.bulk("private", [one, other])
    board = Board(database)
    assert {case.states for case in board.cases(NOW)} == {()}
    database.put("private", event(one, "done"))
    states = {case.id: case.states for case in board.cases(NOW)}
    assert states == {one["_id"]: ("done",), other["_id"]: ()}


def test_an_answer_that_comes_before_its_report_is_not_lost(database: Database) -> None:
    sent = report()
    board = Board(database)
    database.put("private", event(sent, "received"))
    assert board.cases(NOW) == ()
    database.put("private", sent)
    assert only(board).states == ("received",)


def test_answers_given_while_apart_both_show_until_one_is_chosen(database: Database) -> None:
    sent = report()
    first, second = event(sent, "planned"), event(sent, "done")
    database.bulk("private", [sent, first, second])
    board = Board(database)
    assert only(board).contradicted
    assert not only(board).settled
    database.put("private", event(sent, "done", after=(first, second)))
    assert only(board).states == ("done",)


def test_nobody_speaks_in_the_range_of_another_household(database: Database) -> None:
    sent = report()
    foreign = {**event(sent, "done"), "_id": f"hother00000:event:{key_of(sent['_id'])}.x"}
    database.bulk("private", [sent, foreign])
    assert only(Board(database)).states == ()


def test_a_fault_is_listed_while_nobody_reports_it(database: Database) -> None:
    fault = declare("light", "figuiers-b-hall", date(2026, 11, 22), origin="n-1.a")
    database.put("estate", fault)
    board = Board(database)
    assert (only(board).id, only(board).is_report) == (fault["_id"], False)
    database.put("private", report(fault=fault["_id"]))
    assert only(board).is_report


def test_households_are_counted_once(database: Database) -> None:
    fault = declare("light", "figuiers-b-hall", date(2026, 11, 22), origin="n-1.a")
    day = date(2026, 11, 22)
    metoos = [join(fault["_id"], who, day) for who in (FATOU, "hlucien000")]
    database.bulk("estate", [fault, *metoos])
    database.put("private", report(fault=fault["_id"]))
    board = Board(database)
    assert board.households(only(board)) == 2


def test_progress_on_a_fault_is_its_state(database: Database) -> None:
    fault = declare("light", "figuiers-b-hall", date(2026, 11, 22), origin="n-1.a")
    told = PROGRESS.new(
        f"{key_of(fault['_id'])}.{fresh()}",
        at=clock.stamp(NOW),
        by="sclaire",
        origin="n-1.a",
        fault=fault["_id"],
        state="planned",
        promised="2026-12-01",
    )
    database.bulk("estate", [fault, told])
    case = only(Board(database))
    assert (case.states, case.due) == (("planned",), date(2026, 12, 1))


def test_what_is_settled_leaves_after_a_season_and_what_is_not_stays(database: Database) -> None:
    old, waiting = report(days=130), report(days=130, household="hlucien000")
    database.bulk("private", [old, waiting, event(old, "closed")])
    assert only(Board(database)).id == waiting["_id"]


def test_a_broken_document_is_passed_over(database: Database) -> None:
    sent = report()
    broken = {**event(sent, "done"), "state": "levitating"}
    database.bulk("private", [sent, broken, {"_id": f"{FATOU}:report:x", "kind": "report"}])
    assert only(Board(database)).states == ()


def test_more_facts_than_one_answer_holds_are_all_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.board.BATCH", 2)
    database.bulk("private", [report(household=f"h{n:010}") for n in range(7)])
    assert len(Board(database).cases(NOW)) == 7


@pytest.mark.parametrize(
    ("id", "subject"),
    [
        ("h1:report:k", ("report", "h1:report:k")),
        ("h1:event:k.e", ("event", "h1:report:k")),
        ("h1:receipt:k.read.n-1", ("receipt", "h1:report:k")),
        ("metoo:k:h1", ("metoo", "fault:k")),
        ("progress:k.e", ("progress", "fault:k")),
        ("h1:preference:p", ("", "")),
        ("notice:k", ("", "")),
        ("_design/by-date", ("", "")),
    ],
)
def test_an_id_tells_what_it_is_about(id: str, subject: tuple[str, str]) -> None:
    assert subject_of(id) == subject


def test_what_a_clock_gone_wrong_says_of_a_fault_gives_way(database: Database) -> None:
    fault = declare("lift", "figuiers-b", NOW.date(), origin="n-1.a")
    key = fault["_id"].partition(":")[2]
    late = clock.stamp(NOW + timedelta(days=200))
    said = {"origin": "n-1.a", "fault": fault["_id"], "by": "sclaire"}
    done = PROGRESS.new(f"{key}.1", at=clock.stamp(NOW), state="done", **said)
    lost = PROGRESS.new(f"{key}.2", at=late, state="planned", **said)
    database.bulk("estate", [fault, lost, done])
    board = Board(database)
    assert only(board).states == ("done",)
    assert faults.progress(database, fault["_id"])[-1] == database.get("estate", done["_id"])
    (later,) = Board(database).cases(NOW + timedelta(days=200))
    assert later.states == ("planned",)
