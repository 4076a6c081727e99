"""What a node keeps and takes, document by document."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ulid import ULID

from sync.clock import stamp
from sync.documents.erasure import goes_along, named
from sync.documents.kind import Document
from sync.documents.report import EVENT, REPORT, acknowledge
from sync.mesh.here import ELSEWHERE, Here, acceptable, date_of, kept_here, takes

NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOMES = {"hamina": "figuiers", "hlucien": "oliviers"}
KIOSK = Here("n-1", "kiosk", "figuiers", homes=HOMES)
AMINA, LUCIEN = "pamina", "plucien"
DATES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def report(household: str, at: datetime, by: str = LUCIEN) -> Document:
    key = str(ULID.from_datetime(at))
    made = {"at": stamp(at), "by": by, "origin": "n-2.a"}
    return REPORT.new(key, household=household, category="lift", place="oliviers-a", **made)


def test_a_kiosk_keeps_its_own_residence_and_of_others_the_last_thirty_days() -> None:
    for days, kept in ((29, True), (31, False)):
        assert kept_here(report("hlucien", NOW - days * DAY)["_id"], NOW, KIOSK) is kept
    assert kept_here(report("hamina", NOW - 900 * DAY)["_id"], NOW, KIOSK)


def test_a_door_that_is_not_known_yet_is_kept() -> None:
    assert kept_here(report("hfatou", NOW - 99 * DAY)["_id"], NOW, KIOSK)


def test_while_time_is_in_doubt_nothing_is_refused_for_its_date() -> None:
    old = report("hlucien", NOW - 5000 * DAY)
    assert kept_here(old["_id"], None, KIOSK)
    assert acceptable(old, None)
    assert not acceptable(old, NOW)


def test_the_landlord_keeps_every_household() -> None:
    old = report("hlucien", NOW - 900 * DAY)
    assert kept_here(old["_id"], NOW, Here("n-9", "landlord", "figuiers", homes=HOMES))


def test_an_answer_counts_by_its_own_date_and_a_photo_by_its_report_s() -> None:
    first, last = ULID.from_datetime(NOW - 90 * DAY), ULID.from_datetime(NOW - DAY)
    assert kept_here(f"hlucien:event:{first}.{last}", NOW, KIOSK)
    assert not kept_here(f"hlucien:photo:{first}.1", NOW, KIOSK)


def test_a_document_s_own_date_counts_before_that_of_its_id() -> None:
    old = report("hlucien", NOW - 90 * DAY)
    assert kept_here(old["_id"], NOW, KIOSK, {**old, "at": stamp(NOW)})
    preference = "hlucien:preference:plucien"
    assert kept_here(preference, NOW, KIOSK)
    assert not kept_here(preference, NOW, KIOSK, {"at": stamp(NOW - 90 * DAY)})


def test_a_home_keeps_its_own_ranges_alone_and_after_a_move_what_came_since() -> None:
    home = Here("n-5", "home", households=("hamina",), moved={"hamina": NOW - 10 * DAY})
    assert not kept_here("hlucien:report:r", NOW, home)
    assert kept_here(report("hamina", NOW - 9 * DAY)["_id"], NOW, home)
    assert not kept_here(report("hamina", NOW - 11 * DAY)["_id"], None, home)


@settings(deadline=None)
@given(DATES, st.sampled_from([*HOMES, "hfatou"]))
def test_what_is_kept_later_was_kept_before(at: datetime, household: str) -> None:
    id = report(household, at)["_id"]
    assert kept_here(id, NOW, KIOSK) >= kept_here(id, NOW + ELSEWHERE, KIOSK)


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-12-01T00:00:00", 7, None, "2026-13-01T00:00:00Z"]
)
def test_a_date_that_is_none_refuses_nothing(at: object) -> None:
    assert date_of("hlucien:note:n", {"at": at}) is None
    assert kept_here("hlucien:note:n", NOW, KIOSK, {"at": at})


def test_expired_documents_are_refused_and_their_tombstones_taken() -> None:
    over = report("hlucien", NOW - 1095 * DAY)
    assert not acceptable(over, NOW)
    assert acceptable({**over, "_deleted": True}, NOW)
    assert acceptable(report("hlucien", NOW - 1094 * DAY), NOW)
    assert acceptable({"_id": "x:1", "kind": "of tomorrow"}, NOW)
    assert acceptable({"_id": "notice:1", "kind": "notice"}, NOW)


def test_who_is_erased_comes_in_no_more_neither_as_author_nor_as_addressee() -> None:
    assert not acceptable(report("hlucien", NOW), NOW, {LUCIEN})
    assert acceptable(report("hlucien", NOW, by=AMINA), NOW, {LUCIEN})
    assert not acceptable({"_id": "hamina:message:m", "to": [LUCIEN]}, None, {LUCIEN})


@pytest.mark.parametrize(
    ("document", "whether"),
    [
        ({"_id": "hlucien:preference:plucien"}, True),
        ({"_id": "verifier:hlucien:plucien"}, True),
        ({"_id": "draft:plucien:report"}, True),
        ({"_id": "card:00ff", "person": LUCIEN}, True),
        ({"_id": "hamina:message:m", "to": LUCIEN}, True),
        ({"_id": "hlucien:report:r", "by": AMINA}, False),
        ({"_id": "erasure:plucien", "kind": "erasure", "person": LUCIEN}, False),
        ({"_id": "erased:plucien.n-1", "kind": "erased", "person": LUCIEN}, False),
        ({"_id": "person:plucienne"}, False),
        ({}, False),
    ],
)
def test_whom_a_document_names(document: Document, whether: bool) -> None:
    assert (LUCIEN in named(document)) is whether


def test_with_the_last_of_a_household_goes_what_is_dated_before_and_its_door_stays() -> None:
    erasure = {"household": "hlucien", "whole": True, "at": stamp(NOW)}
    event = {"report": "hlucien:report:r", "by": "sclaire", "origin": "n-9.a"}
    before = EVENT.new("r.1", household="hlucien", at=stamp(NOW - DAY), **event)
    after = EVENT.new("r.2", household="hlucien", at=stamp(NOW + DAY), **event)
    receipt = acknowledge(before["_id"], "read", at=stamp(NOW), origin="n-1.a")
    metoo = {"_id": "metoo:f:hlucien", "household": "hlucien", "day": "2026-12-30"}
    assert [goes_along(d, erasure) for d in (before, after, receipt, metoo)] == [1, 0, 1, 1]
    assert not goes_along({"_id": "household:hlucien", "kind": "household"}, erasure)
    assert not goes_along(before, {**erasure, "whole": False})
    assert not goes_along({**before, "_id": "hamina:event:r.1"}, erasure)


def test_what_comes_in_passes_all_rules_at_once() -> None:
    old, fresh = report("hlucien", NOW - 31 * DAY), report("hlucien", NOW)
    assert [takes(d, NOW, KIOSK) for d in (old, fresh)] == [False, True]
    assert takes(old, None, KIOSK)
    assert not takes(fresh, NOW, Here("n-1", "kiosk", erased={LUCIEN}))
    assert takes({"_id": "place:hlucien", "kind": "place"}, NOW, KIOSK)
