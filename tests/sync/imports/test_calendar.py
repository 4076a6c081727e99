"""Works and events from iCalendar."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from sync.clock import local
from sync.database import Database
from sync.documents import sound
from sync.imports import calendar
from sync.imports.errors import ImportRefused

Write = Callable[[str, str | bytes], str]
WEEKLY = (
    "DTSTART;TZID=Europe/Paris:20261013T090000",
    "DTEND;TZID=Europe/Paris:20261013T110000",
    "RRULE:FREQ=WEEKLY;COUNT=4",
    "CATEGORIES:travaux,quoi:eau,escalier:figuiers-b",
)


def event(*lines: str, uid: str = "a@hmp", title: str = "Pas d’eau") -> str:
    rows = [f"UID:{uid}", f"SUMMARY:{title}", "DTSTAMP:20261116T080000Z", *lines]
    return "\r\n".join(["BEGIN:VEVENT", *filter(None, rows), "END:VEVENT"])


def ics(*events: str, head: str = "X-WR-CALNAME:Travaux") -> str:
    rows = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//HMP//FR", head, *events, "END:VCALENDAR"]
    return "\r\n".join(rows) + "\r\n"


def announced(database: Database) -> list[dict[str, object]]:
    found = database.range("estate", "notice:", "notice;")
    found += database.range("estate", "works:", "works;")
    return sorted(found, key=lambda document: str(document["starts"]))


def starts(database: Database) -> list[str]:
    return [local(str(doc["starts"])).isoformat()[:16] for doc in announced(database)]


@pytest.fixture
def now() -> datetime:
    """Before the first of the dates below."""
    return datetime.fromisoformat("2026-10-12T10:00:00+02:00")


def test_the_demonstration_calendars_are_read_whole(
    estate: Database, demo: Path, now: datetime
) -> None:
    for path in sorted(demo.glob("*.ics")):
        outcome = calendar.load(estate, str(path), now=now, shift_from=date(2026, 11, 23))
        assert outcome.created > 0
        assert {left.why for left in outcome.left} <= {"date passée"}
    assert {doc["kind"] for doc in announced(estate)} == {"notice", "works"}
    assert len(list(sound(announced(estate)))) == len(announced(estate))


def test_a_series_follows_its_exceptions_and_keeps_its_hour_in_winter(
    estate: Database, write: Write, now: datetime
) -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Paris:20261020T090000",
        "DTSTART;TZID=Europe/Paris:20261021T140000",
        "DTEND;TZID=Europe/Paris:20261021T150000",
        "CATEGORIES:travaux",
    )
    first = event(
        *WEEKLY,
        "EXDATE;TZID=Europe/Paris:20261027T090000",
        "RDATE;TZID=Europe/Paris:20261030T090000",
    )
    outcome = calendar.load(estate, write("a.ics", ics(first, moved)), now=now)
    assert outcome.created == 4
    assert starts(estate) == [
        "2026-10-13T09:00",
        "2026-10-21T14:00",
        "2026-10-30T09:00",
        "2026-11-03T09:00",
    ]


def test_works_and_news_are_told_apart(estate: Database, write: Write, now: datetime) -> None:
    party = event("DTSTART;VALUE=DATE:20261101", "LOCATION:Les Figuiers", uid="b@hmp", title="Fête")
    calendar.load(estate, write("a.ics", ics(event(*WEEKLY), party)), now=now, origin="gardien")
    works, *_, notice = sorted(announced(estate), key=lambda doc: str(doc["kind"]), reverse=True)
    assert (works["what"], works["to"], works["channel"]) == ("water", ["figuiers-b"], "residence")
    assert (notice["all_day"], notice["to"]) == (True, ["figuiers"])
    assert (notice["starts"], notice["until"]) == (
        "2026-10-31T23:00:00.000Z",
        "2026-11-01T23:00:00.000Z",
    )
    assert works["source"] == {"name": "Travaux"}
    assert not {"from", "by"} & set(works)


def test_two_halls_make_the_same_documents_whatever_the_stamp_of_the_reading(
    estate: Database, write: Write, now: datetime
) -> None:
    content = ics(event(*WEEKLY, "LAST-MODIFIED:20261001T080000Z"))
    calendar.load(estate, write("a.ics", content), now=now)
    before = announced(estate)
    later = content.replace("20261116T080000Z", "20261117T090000Z")
    outcome = calendar.load(estate, write("b.ics", later), now=now + timedelta(hours=9))
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 4)
    assert announced(estate) == before
    assert before[0]["at"] == "2026-10-01T08:00:00.000Z"


def test_an_event_in_utc_without_zone_or_in_another_one_is_at_its_instant(
    estate: Database, write: Write, now: datetime
) -> None:
    calendar.load(
        estate,
        write(
            "a.ics",
            ics(
                event("DTSTART:20261101T090000Z", "DURATION:PT1H", uid="utc"),
                event("DTSTART:20261102T090000", uid="floating"),
                event("DTSTART;TZID=America/New_York:20261103T030000", uid="abroad"),
            ),
        ),
        now=now,
    )
    assert starts(estate) == ["2026-11-01T10:00", "2026-11-02T09:00", "2026-11-03T09:00"]
    assert local(str(announced(estate)[1]["ends"])).isoformat()[:16] == "2026-11-03T00:00"


def test_a_cancelled_event_says_so_in_its_place(
    estate: Database, write: Write, now: datetime
) -> None:
    calendar.load(estate, write("a.ics", ics(event("DTSTART:20261101T090000Z"))), now=now)
    cancelled = ics(event("DTSTART:20261101T090000Z", "STATUS:CANCELLED"))
    outcome = calendar.load(estate, write("a.ics", cancelled), now=now)
    assert outcome.changed == 1
    assert [doc["title"] for doc in announced(estate)] == ["Annulé\u00a0: Pas d’eau"]


def test_a_place_nobody_lives_in_is_said_in_the_text(
    estate: Database, write: Write, now: datetime
) -> None:
    rows = ("DTSTART:20261101T090000Z", "DESCRIPTION:<p>Un<br>deux</p>\\n")
    library = event(*rows, "LOCATION:bibliotheque-alcazar", uid="1")
    yard = event(*rows, "LOCATION:figuiers-cour", uid="2", title="Cour")
    calendar.load(estate, write("a.ics", ics(library, yard)), now=now)
    found = {doc["title"]: doc for doc in announced(estate)}
    assert found["Pas d’eau"]["text"] == "Lieu\u00a0: Bibliothèque de l’Alcazar\n\nUn\ndeux"
    assert "to" not in found["Pas d’eau"]
    assert found["Cour"]["to"] == ["figuiers"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html><body>Bonjour</body></html>",
        ics(event(*WEEKLY))[:-20],
        ics(event(*WEEKLY)).replace("END:VEVENT\r\n", ""),
        "END:VCALENDAR",
        "BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n",
    ],
)
def test_what_is_not_a_whole_calendar_is_refused(
    estate: Database, write: Write, now: datetime, content: str
) -> None:
    with pytest.raises(ImportRefused, match="n’est pas un calendrier entier"):
        calendar.load(estate, write("a.ics", content), now=now)
    assert announced(estate) == []


def test_latin_1_is_refused_with_its_line(estate: Database, write: Write, now: datetime) -> None:
    content = ics(event(*WEEKLY, title="Été")).encode("latin-1")
    with pytest.raises(ImportRefused, match="UTF-8") as refusal:
        calendar.load(estate, write("a.ics", content), now=now)
    assert refusal.value.line == 7


@pytest.mark.parametrize(
    ("rows", "uid", "why"),
    [
        ((), "a", "sans date"),
        (("DTSTART:20261101T090000Z",), "", "sans identifiant"),
        (("DTSTART:mardi",), "a", "sans date"),
        (("DTSTART:16010101T090000Z",), "a", "date impossible"),
        (("DTSTART:20261101T090000Z", "DTEND:20261031T090000Z"), "a", "finit avant de commencer"),
        (("DTSTART:20261101T090000Z", "RRULE:FREQ=SECONDLY"), "a", "revient trop souvent"),
        (("DTSTART:20261101T090000Z", "RRULE:FREQ=LUNAR"), "a", "date illisible"),
        (
            ("DTSTART:20261101T090000Z", "CATEGORIES:escalier:nord"),
            "a",
            "lieu inconnu «\u00a0nord\u00a0»",
        ),
        (("DTSTART:20260901T090000Z",), "a", "date passée"),
    ],
)
def test_one_bad_event_is_set_aside_and_the_others_stay(
    estate: Database, write: Write, now: datetime, rows: tuple[str, ...], uid: str, why: str
) -> None:
    bad = event(*rows, uid=uid).replace("UID:\r\n", "")
    good = event("DTSTART:20261102T090000Z", uid="good")
    outcome = calendar.load(estate, write("a.ics", ics(bad, good)), now=now)
    assert [left.why for left in outcome.left] == [why]
    assert starts(estate) == ["2026-11-02T10:00"]


def test_dates_move_by_whole_weeks_and_ids_do_not(
    estate: Database, write: Write, now: datetime
) -> None:
    path = write("a.ics", ics(event(*WEEKLY)))
    calendar.load(estate, path, now=now)
    before = {doc["_id"] for doc in announced(estate)}
    calendar.load(estate, path, now=now, shift_from=date(2026, 9, 28))
    assert {doc["_id"] for doc in announced(estate)} == before
    assert starts(estate)[0] == "2026-10-27T09:00"
    assert starts(estate)[-1] == "2026-11-17T09:00"
