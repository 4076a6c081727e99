"""Merging the leaves of one document: the order in which they came changes nothing."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.clock import instant, is_doubtful, stamp
from sync.documents.kind import Document
from sync.documents.merge import by_field, canonical, in_order, newest
from sync.documents.preference import choose, chosen

AT = instant("2026-11-22T09:00:00Z")
STAMPS = st.sampled_from([f"2026-11-2{day}T10:00:00.00{ms}Z" for day in range(4) for ms in "01"])
"""Around the hour past AT, from which on a stamp is doubtful."""

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


def last(*leaves: Any) -> Document:
    return newest(leaves, AT)


def settings_of(leaves: list[Any]) -> Document:
    return by_field(leaves, AT, "values")


@settings(deadline=None)
@given(st.lists(LEAVES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_newest_leaf_wins_in_whatever_order(leaves: list[Any], random: Any) -> None:
    mixed = random.sample(leaves, len(leaves))
    assert said(newest(mixed, AT)) == said(newest(leaves, AT))


@settings(deadline=None)
@given(LEAVES, LEAVES, LEAVES)
def test_newest_is_associative_and_idempotent(a: Any, b: Any, c: Any) -> None:
    assert said(last(last(a, b), c)) == said(last(a, last(b, c)))
    assert last(a, a) == a


@settings(deadline=None)
@given(st.lists(CHOICES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_settings_merge_alike_in_whatever_order(leaves: list[Any], random: Any) -> None:
    mixed = random.sample(leaves, len(leaves))
    assert said(settings_of(mixed)) == said(settings_of(leaves))


@settings(deadline=None)
@given(CHOICES, CHOICES, CHOICES)
def test_settings_merge_is_associative_and_idempotent(a: Any, b: Any, c: Any) -> None:
    left = settings_of([settings_of([a, b]), c])
    assert said(left) == said(settings_of([a, settings_of([b, c])]))
    assert said(settings_of([a, a])) == said(a)


def test_two_settings_changed_apart_are_both_kept() -> None:
    start = choose({"at": "2026-11-20T10:00:00Z"}, "2026-11-20T10:00:00Z", lang="fr", size="1")
    here = choose(start, "2026-11-21T10:00:00Z", lang="ar")
    there = choose(start, "2026-11-22T08:00:00Z", size="3")
    assert chosen(settings_of([here, there])) == {"lang": "ar", "size": "3"}


@settings(deadline=None)
@given(st.lists(LEAVES, min_size=1, max_size=5))
def test_a_doubtful_stamp_loses_to_every_other(leaves: list[Any]) -> None:
    def doubtful(leaf: Document) -> bool:
        return is_doubtful(leaf.get("edited", leaf["at"]), AT)

    assert doubtful(last(*leaves)) is all(map(doubtful, leaves))


@settings(deadline=None)
@given(st.lists(CHOICES, min_size=1, max_size=5))
def test_a_setting_chosen_at_a_doubtful_time_loses_to_every_other(leaves: list[Any]) -> None:
    for name, register in settings_of(leaves)["values"].items():
        rivals = [leaf["values"][name]["at"] for leaf in leaves if name in leaf["values"]]
        assert is_doubtful(register["at"], AT) is all(is_doubtful(at, AT) for at in rivals)


@settings(deadline=None)
@given(st.lists(LEAVES, min_size=1, max_size=5), st.timedeltas(timedelta(), timedelta(days=3)))
def test_nodes_whose_clocks_differ_agree_but_on_what_comes_of_age_between_them(
    leaves: list[Any], apart: timedelta
) -> None:
    between = [
        leaf
        for leaf in leaves
        if is_doubtful(leaf.get("edited", leaf["at"]), AT)
        and not is_doubtful(leaf.get("edited", leaf["at"]), AT + apart)
    ]
    if not between:
        assert said(newest(leaves, AT + apart)) == said(newest(leaves, AT))


def test_facts_of_a_clock_gone_wrong_come_before_all_others() -> None:
    stamps = ["2040-01-01T00:00:00Z", stamp(AT), "2026-11-20T10:00:00Z", "2026-11-22T09:59:00Z"]
    facts = [{"_id": f"event:{n}", "at": at} for n, at in enumerate(stamps)]
    assert [fact["_id"][-1] for fact in in_order(facts, AT)] == ["0", "2", "1", "3"]
