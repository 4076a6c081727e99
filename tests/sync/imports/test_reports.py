"""Sample reports in every state."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from sync.clock import now
from sync.database import Database
from sync.documents import sound
from sync.documents.fault import neighbours
from sync.documents.report import EVENT, RECEIPT, Story, about, fold
from sync.imports import reports
from sync.imports.errors import ImportRefused

Write = Callable[[str, str | bytes], str]
HEADER = "key,reference,category,place,words,day_offset,state,answer,promised_offset,metoo\n"


def everything(database: Database) -> list[dict[str, object]]:
    return [doc for name in ("estate", "private") for doc in database.range(name, "a", "z")]


def story(database: Database, report: dict[str, object]) -> Story:
    events, receipts = (
        list(sound(database.range("private", *about(str(report["_id"]), kind))))
        for kind in (EVENT, RECEIPT)
    )
    return fold(report, events, receipts, now())


def stories(database: Database) -> list[Story]:
    found = database.find("private", {"kind": "report"}, limit=100)
    return [story(database, report) for report in found]


def test_the_demonstration_has_reports_in_every_state(
    lived_in: Database, demo: Path, now: datetime
) -> None:
    reports.load(lived_in, str(demo / "reports.csv"), now=now)
    states = {state for told in stories(lived_in) for state in told.states}
    assert states == {"received", "planned", "done", "reopened", "closed"}
    assert any(told.reached is None for told in stories(lived_in))
    assert len(list(sound(everything(lived_in)))) == len(everything(lived_in))


def test_a_planned_report_has_an_answer_a_promise_and_neighbours(
    lived_in: Database, write: Write, now: datetime
) -> None:
    row = "r1,200051-1,lift,figuiers-b-ascenseur,En panne,-3,planned,Demain.,2,200045-1 200050-1\n"
    reports.load(lived_in, write("reports.csv", HEADER + row), now=now)
    [told] = stories(lived_in)
    assert told.states == ("planned",)
    assert told.answered
    assert told.promised == now.date() + timedelta(days=2)
    assert told.report["at"] == "2026-11-22T09:00:00.000Z"
    metoos = lived_in.range("estate", "metoo:", "metoo;")
    assert neighbours(metoos) == 2
    assert {metoo["fault"] for metoo in metoos} == {told.report["fault"]}


def test_what_is_public_names_nobody(lived_in: Database, write: Write, now: datetime) -> None:
    row = "r1,200051-1,lift,figuiers-b-ascenseur,En panne,-3,reopened,Oui.,-2,\n"
    reports.load(lived_in, write("reports.csv", HEADER + row), now=now)
    [told] = stories(lived_in)
    public = str([doc for doc in lived_in.range("estate", "a", "z") if doc["kind"] != "place"])
    for secret in (told.report["by"], told.report["_id"].partition(":")[0], "En panne"):
        assert secret not in public


def test_a_flat_has_no_public_part(lived_in: Database, write: Write, now: datetime) -> None:
    row = "r1,200051-1,water,flat,Ça goutte,-3,received,,,\n"
    reports.load(lived_in, write("reports.csv", HEADER + row), now=now)
    [told] = stories(lived_in)
    assert (told.report["flat"], told.report["place"]) == (True, "figuiers-b")
    assert lived_in.range("estate", "fault:", "fault;") == []


def test_importing_on_a_later_day_adds_nothing(
    lived_in: Database, demo: Path, now: datetime
) -> None:
    reports.load(lived_in, str(demo / "reports.csv"), now=now)
    before = everything(lived_in)
    again = reports.load(lived_in, str(demo / "reports.csv"), now=now + timedelta(days=40))
    assert (again.created, again.changed) == (0, 0)
    assert everything(lived_in) == before


def test_days_count_from_the_moved_reference_day(
    lived_in: Database, write: Write, now: datetime
) -> None:
    row = "r1,200051-1,water,flat,Ça goutte,-1,sent,,,\n"
    monday = date(2026, 10, 5)
    reports.load(lived_in, write("reports.csv", HEADER + row), now=now, shift_from=monday)
    [told] = stories(lived_in)
    assert told.report["at"].startswith("2026-11-22")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("r1,999-9,lift,flat,,-1,sent,,,", "reference", "On ne connaît pas la personne"),
        ("r1,200051-1,roof,flat,,-1,sent,,,", "category", "une catégorie"),
        ("r1,200051-1,lift,gabians-cour,,-1,sent,,,", "place", "la résidence de cette personne"),
        ("r1,200051-1,lift,nowhere,,-1,sent,,,", "place", "On ne connaît pas le lieu"),
        ("r1,200051-1,lift,flat,,1,sent,,,", "day_offset", "n’est pas entre"),
        ("r1,200051-1,lift,flat,,-1,lost,,,", "state", "un état"),
        ("r1,200051-1,lift,flat,,-3,planned,,2,", "answer", "Il manque"),
        ("r1,200051-1,lift,flat,,-3,planned,Oui,,", "promised_offset", "Il manque"),
        ("r1,200051-1,lift,flat,,-3,done,Oui,2,", "promised_offset", "n’est pas entre"),
        ("r1,200051-1,lift,flat,,-3,closed,Oui,-2,", "promised_offset", "n’est pas entre"),
        ("r1,200051-1,lift,flat,,-1,sent,,,200045-1", "metoo", "n’habite ce logement"),
        ("r1,200051-1,lift,figuiers-cour,,-1,sent,,,nobody", "metoo", "On ne connaît pas"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    lived_in: Database, write: Write, now: datetime, row: str, column: str, words: str
) -> None:
    good = "r0,200051-1,water,flat,,-1,sent,,,\n"
    path = write("reports.csv", f"{HEADER}{good}{row}\n")
    with pytest.raises(ImportRefused, match=words) as refusal:
        reports.load(lived_in, path, now=now)
    assert (refusal.value.line, refusal.value.column) == (3, column)
    assert lived_in.range("private", "a", "z") == []
