"""How long each kind is shown: a pure function of the document."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from sync.clock import instant
from sync.documents import KINDS, is_expired, sound
from sync.documents.kind import Document
from sync.documents.place import chain
from sync.documents.works import is_over

MADE = instant("2026-11-22T17:20:00.123Z")
LASTING = {
    "place": None,
    "notice": MADE + timedelta(days=90),
    "works": instant("2026-12-01T11:00:00Z"),
    "emergency": MADE + timedelta(days=2),
    "withdrawal": None,
    "revocation": None,
    "renewal": None,
    "fault": datetime(2027, 11, 23, tzinfo=UTC),
    "metoo": None,
    "progress": None,
    "report": MADE + timedelta(days=1095),
    "event": MADE + timedelta(days=1095),
    "receipt": MADE + timedelta(days=1095),
    "photo": MADE + timedelta(days=1095),
    "preference": None,
    "household": None,
    "person": None,
    "staff": None,
    "verifier": None,
    "card": None,
    "failure": None,
    "home": None,
    "draft": datetime(2026, 11, 30, tzinfo=UTC),
    "node": MADE + timedelta(days=180),
    "reach": None,
    "departure": MADE + timedelta(days=1095),
    "erasure": None,
    "erased": None,
    "moveout": datetime(2029, 11, 29, tzinfo=UTC),
}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_kind_ends_at_its_own_instant_and_not_before(
    good: Mapping[str, Document], name: str
) -> None:
    end = LASTING[name]
    assert KINDS[name].expires(good[name]) == end
    if end is not None:
        assert not is_expired(good[name], end - timedelta(milliseconds=1))
        assert is_expired(good[name], end)
        assert list(sound([good[name]], end)) == []


def test_a_notice_and_an_emergency_end_when_they_say(good: Mapping[str, Document]) -> None:
    until = "2026-11-23T00:00:00Z"
    for name in ("notice", "emergency"):
        assert KINDS[name].expires({**good[name], "until": until}) == instant(until)


def test_works_are_over_at_their_end_and_shown_a_week_more(good: Mapping[str, Document]) -> None:
    end = instant(good["works"]["ends"])
    assert is_over(good["works"], end)
    assert not is_over(good["works"], end - timedelta(seconds=1))
    assert not is_expired(good["works"], end)


def test_the_chain_of_a_place_ends_at_loops_and_unknown_parents() -> None:
    places = {"a": {"parent": "b"}, "b": {"parent": "a"}, "c": {"parent": "nowhere"}}
    assert chain(places, "a") == ("a", "b")
    assert chain(places, "c") == ("c",)
    assert chain(places, "nowhere") == ()
