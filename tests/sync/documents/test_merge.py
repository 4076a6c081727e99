"""Merging the leaves of one document: the order in which they came changes nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.documents.kind import Document
from sync.documents.merge import by_field, canonical, newest
from sync.documents.preference import choose, chosen

STAMPS = st.sampled_from([f"2026-11-2{day}T10:00:00.000Z" for day in range(4)])
LEAVES = st.fixed_dictionaries(
    {"at": STAMPS, "title": st.sampled_from(["a", "b", "é"])},
    optional={"edited": STAMPS, "_rev": st.sampled_from(["1-a", "2-b"]), "colour": st.integers()},
)
REGISTERS = st.fixed_dictionaries({"value": st.sampled_from(["x", "y"]), "at": STAMPS})
CHOICES = st.fixed_dictionaries(
    {"at": STAMPS, "values": st.dictionaries(st.sampled_from(["lang", "size"]), REGISTERS)},
    optional={"colour": st.integers(0, 1)},
)


def said(document: Document) -> str:
    """What a document says, whichever revision it is."""
    return canonical({k: v for k, v in document.items() if not k.startswith("_")})


def settings_of(leaves: list[Any]) -> Document:
    return by_field(leaves, "values")


@given(st.lists(LEAVES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_newest_leaf_wins_in_whatever_order(leaves: list[Any], random: Any) -> None:
    mixed = random.sample(leaves, len(leaves))
    assert said(newest(mixed)) == said(newest(leaves))


@given(LEAVES, LEAVES, LEAVES)
def test_newest_is_associative_and_idempotent(a: Any, b: Any, c: Any) -> None:
    assert said(newest([newest([a, b]), c])) == said(newest([a, newest([b, c])]))
    assert newest([a, a]) == a


@given(st.lists(CHOICES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_settings_merge_alike_in_whatever_order(leaves: list[Any], random: Any) -> None:
    mixed = random.sample(leaves, len(leaves))
    assert said(settings_of(mixed)) == said(settings_of(leaves))


@given(CHOICES, CHOICES, CHOICES)
def test_settings_merge_is_associative_and_idempotent(a: Any, b: Any, c: Any) -> None:
    left = settings_of([settings_of([a, b]), c])
    assert said(left) == said(settings_of([a, settings_of([b, c])]))
    assert said(settings_of([a, a])) == said(a)


def test_two_settings_changed_apart_are_both_kept() -> None:
    start = choose({"at": "2026-11-20T10:00:00Z"}, "2026-11-20T10:00:00Z", lang="fr", size="1")
    here = choose(start, "2026-11-21T10:00:00Z", lang="ar")
    there = choose(start, "2026-11-22T10:00:00Z", size="3")
    assert chosen(settings_of([here, there])) == {"lang": "ar", "size": "3"}
