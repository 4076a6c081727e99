"""What a document must be to be one of its kind, and what happens to those that are not."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.documents import KINDS, is_expired, sound, validate
from sync.documents.account import PERSON
from sync.documents.fault import METOO
from sync.documents.kind import Document
from sync.documents.notice import NOTICE
from sync.documents.report import REPORT
from sync.errors import Invalid

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STAMPS = st.datetimes(datetime(1000, 1, 2), datetime(2999, 12, 30)).map(
    lambda at: at.isoformat(timespec="milliseconds") + "Z"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | STAMPS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_there_is_a_good_document_of_every_kind(good: Mapping[str, Document]) -> None:
    assert set(good) == set(KINDS)
    for document in good.values():
        validate(document)
    assert list(sound(good.values(), NOW)) == list(good.values())


def test_a_good_document_lacks_no_required_field(good: Mapping[str, Document]) -> None:
    for name, document in good.items():
        for field in KINDS[name].schema["required"]:
            broken = {k: v for k, v in document.items() if k != field}
            assert not KINDS[name].is_valid(broken), (name, field)


@shared
@given(name=st.sampled_from(sorted(KINDS)), data=st.data(), junk=JSON)
def test_whatever_a_peer_sends_is_passed_over_and_breaks_nothing(
    good: Mapping[str, Document], name: str, data: st.DataObject, junk: Any
) -> None:
    known = sorted({*KINDS[name].schema["properties"], "unheard"})
    sent = {**good[name], data.draw(st.sampled_from(known)): junk}
    for document in sound([sent], NOW):
        validate(document)
        assert not is_expired(document, NOW)


@pytest.mark.parametrize(
    "at",
    [
        "2026-02-30T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:00:60Z",
        "2026-11-22T10:00:00",
        "2026-11-22T10:00:00+01:00",
        "2026-11-22 10:00:00Z",
        "٢٠٢٦-11-22T10:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-11-22T10:00:00Z\n",
    ],
)
def test_an_instant_that_no_calendar_holds_is_refused(
    good: Mapping[str, Document], at: str
) -> None:
    for name in ("notice", "report", "works", "emergency"):
        assert not KINDS[name].is_valid({**good[name], "at": at})


def test_a_day_that_no_calendar_holds_is_refused(good: Mapping[str, Document]) -> None:
    for day in ("2026-02-29", "2026-13-01", "2026-1-1", "22/11/2026"):
        assert not KINDS["fault"].is_valid({**good["fault"], "day": day})


def test_the_household_stands_first_in_an_id_and_nowhere_else() -> None:
    assert REPORT.id("r1", "habc") == "habc:report:r1"
    assert NOTICE.id("n1") == "notice:n1"
    with pytest.raises(ValueError, match="household"):
        REPORT.id("r1")
    with pytest.raises(ValueError, match="household"):
        NOTICE.new("n1", household="habc", audience="public", title="x", channel="sector")


def test_a_household_may_be_a_field_where_the_kind_says_so() -> None:
    assert PERSON.new("p1", household="habc", last_name="Benali")["household"] == "habc"
    assert METOO.new("f1:habc", fault="fault:f1", household="habc")["_id"] == "metoo:f1:habc"


def test_a_document_in_another_households_range_or_of_another_kind_is_invalid(
    good: Mapping[str, Document],
) -> None:
    report = good["report"]
    for id in ("report:r1", "h1:event:r1", "h1:report:", "h1:report:a b", "H1:report:r1"):
        assert not REPORT.is_valid({**report, "_id": id})
    assert not REPORT.is_valid({**report, "kind": "event"})


def test_empty_optional_fields_are_left_out_and_false_and_zero_stay() -> None:
    place = KINDS["place"].new("a", type="staircase", name="A", lift=False, floors=0, phone="")
    assert place["lift"] is False
    assert place["floors"] == 0
    assert "phone" not in place


def test_unknown_fields_and_newer_versions_are_accepted(good: Mapping[str, Document]) -> None:
    for document in good.values():
        validate({**document, "v": 7, "colour": "blue"})


def test_the_faulty_fields_are_named() -> None:
    with pytest.raises(Invalid) as refused:
        NOTICE.new("n1", audience="everyone", title="", channel="landlord", lang="fr")
    assert {"/audience", "/"} <= set(refused.value.fields)


@pytest.mark.parametrize("kind", [None, "", "unheard", 7, ["notice"]])
def test_an_unknown_kind_is_invalid_and_passed_over(kind: object) -> None:
    document = {"_id": "a:b", "kind": kind, "v": 1}
    with pytest.raises(Invalid):
        validate(document)
    assert list(sound([document, {}])) == []
