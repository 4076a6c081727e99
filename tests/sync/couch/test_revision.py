"""Revision ids and the order of values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.couch.collation import AFTER, key
from sync.couch.errors import CouchError
from sync.couch.revision import format_rev, new_rev, parse_rev

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_first_revision_of_nothing_is_couchdbs() -> None:
    assert new_rev(False, None, {}) == (1, "967a00dff5e02add41819138abb3284d")


@given(JSON, JSON)
def test_a_revision_depends_on_the_body_alone(one: Any, other: Any) -> None:
    first = new_rev(False, None, {"a": one})
    assert first == new_rev(False, None, {"a": one})
    assert new_rev(True, None, {"a": one}) != first
    assert new_rev(False, (1, "a" * 32), {"a": one})[0] == 2
    if key(one) != key(other):
        assert new_rev(False, None, {"a": other}) != first


@pytest.mark.parametrize("text", ["", "1", "-", "1-", "x-1", "-1-a", "1 -a", None, 3, "9" * 20])
def test_what_is_no_revision_is_refused(text: Any) -> None:
    with pytest.raises(CouchError) as refusal:
        parse_rev(text)
    assert refusal.value.status == 400


def test_revisions_of_other_stores_are_kept_as_they_came() -> None:
    for text in ("1-abc", "12-ABC-def", "3-é", "2-" + "f" * 80):
        assert format_rev(parse_rev(text)) == text


def rank(value: Any) -> int:
    kinds = (type(None), bool, (int, float), str, list, dict)
    return next(i for i, kind in enumerate(kinds) if isinstance(value, kind))


@given(JSON, JSON)
def test_types_come_in_couchdbs_order(one: Any, other: Any) -> None:
    if rank(one) < rank(other):
        assert key(one) < key(other)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_numbers_come_by_size(one: float, other: int) -> None:
    assert (key(one) < key(other)) == (one < other)
    assert (key(one) == key(other)) == (one == other)


@given(st.text(), st.text())
def test_different_texts_have_different_keys(one: str, other: str) -> None:
    assert (key(one) == key(other)) == (one == other)


@given(JSON, JSON, st.text(min_size=1))
def test_a_key_ends_by_itself(one: Any, other: Any, rest: str) -> None:
    """No key is the beginning of another, and AFTER is past whatever follows a key."""
    a, b = key(one), key(other)
    assert a == b or not b.startswith(a)
    assert a + rest.encode() < a + AFTER


@given(st.lists(JSON, max_size=3), st.lists(JSON, max_size=3))
def test_arrays_come_element_by_element(one: list[Any], other: list[Any]) -> None:
    keys = [key(item) for item in one], [key(item) for item in other]
    assert (key(one) < key(other)) == (keys[0] < keys[1])


def test_texts_come_as_a_dictionary_has_them() -> None:
    words = ["_", "-", ",", "’", "1", "a", "A", "à", "abc", "cote", "coté", "côte", "côté", "œuf",
             "oeuvre", "Z", "ا"]  # fmt: skip
    assert sorted(words, key=key) == words
