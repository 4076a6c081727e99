"""Whom an announcement concerns."""

from hypothesis import given
from hypothesis import strategies as st

from sync.documents.announced import concerns, may_read, nearest

SLUGS = st.lists(st.sampled_from(["figuiers-b", "figuiers", "gabians", "mairie"]), unique=True)


@given(SLUGS, SLUGS)
def test_what_concerns_someone_is_nearer_than_what_is_for_all(
    to: list[str], places: list[str]
) -> None:
    document = {"to": to} if to else {}
    if to and concerns(document, places):
        assert nearest(document, places) < nearest({}, places)
    else:
        assert nearest(document, places) == len(places)


@given(SLUGS)
def test_what_names_no_place_is_for_everyone(places: list[str]) -> None:
    assert concerns({}, places)
    assert concerns({"to": []}, places)


def test_ones_own_staircase_is_nearest() -> None:
    places = ("figuiers-b", "figuiers", "mairie")
    assert nearest({"to": ["mairie", "figuiers"]}, places) == 1
    assert nearest({"to": ["figuiers-b"]}, places) == 0


def test_only_what_is_public_is_for_who_has_not_signed_in() -> None:
    assert may_read({}, signed_in=False)
    assert may_read({"audience": "public"}, signed_in=False)
    assert not may_read({"audience": "residents"}, signed_in=False)
    assert not may_read({"audience": "agents"}, signed_in=False)
    assert may_read({"audience": "residents"}, signed_in=True)
