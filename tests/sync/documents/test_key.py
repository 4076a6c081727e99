"""Keys that every node makes alike, and keys that tell nothing."""

import re
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from ulid import ULID

from sync import clock
from sync.documents.fault import declare, join, neighbours
from sync.documents.key import KEY, daily, dated, fresh, household, natural, person, receipt_number

PARTS = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=1, max_size=4)
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@settings(deadline=None)
@given(PARTS, PARTS)
def test_natural_keys_are_equal_exactly_when_their_parts_are(a: list[str], b: list[str]) -> None:
    assert (natural(*a) == natural(*b)) == (a == b)
    assert KEY.fullmatch(natural(*a))


def test_natural_keys_are_the_same_for_ever() -> None:
    assert natural("feed", "https://hmp.example/", "g1") == "logkol7lu7pfl3myil2h"
    assert household("figuiers", "figuiers-b", " 31a ") == household(
        "figuiers", "figuiers-b", "31A"
    )
    assert re.fullmatch(r"h[a-z2-7]{10}", household("figuiers", "figuiers-b", "31"))
    assert re.fullmatch(r"p[a-z2-7]{12}", person("200051-1"))


@settings(deadline=None)
@given(INSTANTS)
def test_a_daily_key_tells_the_day_and_not_the_hour(at: datetime) -> None:
    told = ULID.from_str(daily(at)).datetime
    assert (told.date(), told.time().isoformat()) == (at.date(), "00:00:00")


def test_fresh_keys_differ() -> None:
    assert len({fresh() for _ in range(1000)}) == 1000


@settings(deadline=None)
@given(st.text(), st.sampled_from(["", "B"]))
def test_a_receipt_number_can_be_said_aloud(report: str, staircase: str) -> None:
    number = receipt_number(report, staircase)
    assert re.fullmatch(r"(B )?\d\d \d\d \d\d", number)
    assert number == receipt_number(report, staircase)


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_public_fault_tells_its_day_and_nothing_of_the_hour(day: date) -> None:
    fault = declare("lift", "figuiers-b", day, origin="n-1.a")
    made = ULID.from_str(fault["_id"].partition(":")[2]).datetime
    assert made == datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert fault["at"] == f"{day}T00:00:00.000Z"
    assert "by" not in fault


def test_a_household_counts_once_however_often_it_says_me_too() -> None:
    day = date(2026, 11, 22)
    metoos = [join("fault:f1", home, day) for home in ("h1", "h2", "h1")]
    assert len({metoo["_id"] for metoo in metoos}) == neighbours(metoos) == 2


@settings(deadline=None)
@given(INSTANTS, INSTANTS)
def test_a_key_tells_when_it_was_made_by_its_last_part_that_does(
    first: datetime, last: datetime
) -> None:
    report, event = ULID.from_datetime(first), ULID.from_datetime(last)
    for key, made in ((f"{report}.1", first), (f"{report}.{event}.read.n-1", last)):
        found = dated(key)
        assert found is not None
        assert abs(found - made) <= timedelta(milliseconds=1)


@settings(deadline=None)
@given(st.one_of(st.text(), st.from_regex(r"[0-9A-Z]{26}", fullmatch=True)))
def test_any_text_may_be_asked_for_its_date(key: str) -> None:
    found = dated(key)
    assert found is None or found.tzinfo is not None


def test_fresh_keys_tell_estate_time_whatever_the_machine_shows() -> None:
    at = datetime(2031, 5, 1, 12, tzinfo=UTC)
    clock.follow(lambda: at)
    try:
        assert dated(fresh()) == at
    finally:
        clock.follow(None)
