"""How far something has come: the same for whatever one person sends to another."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.documents.delivery import DELIVERY, farthest, hindmost, steps
from sync.documents.departure import departed
from sync.documents.kind import Document
from sync.documents.report import acknowledge

ITEM = {"_id": "hamina:report:r1", "at": "2026-11-20T09:00:00.000Z"}


def hour(n: int) -> str:
    return f"2026-11-21T{n:02}:00:00.000Z"


def receipt(state: str, n: int, node: str = "n-1") -> Document:
    return acknowledge(ITEM["_id"], state, at=hour(n), origin=f"{node}.a")


def left(n: int) -> Document:
    return departed(ITEM["_id"], at=hour(n), peer="n-2")


@pytest.mark.parametrize(
    ("receipts", "departure", "far"),
    [
        ([], None, "kept"),
        ([], left(10), "left"),
        ([receipt("reached", 11)], left(10), "reached"),
        ([receipt("reached", 11), receipt("read", 12)], left(10), "read"),
    ],
)
def test_each_step_follows_the_one_before(receipts: Any, departure: Any, far: str) -> None:
    assert farthest(steps(ITEM, receipts, departure)) == far


def test_what_was_got_has_left_though_nobody_noted_it() -> None:
    assert steps(ITEM, [receipt("reached", 11)], None)["left"] == hour(11)


def test_who_has_read_it_has_got_it() -> None:
    assert steps(ITEM, [receipt("read", 12)], left(10))["reached"] == hour(12)


def test_the_first_of_several_receipts_counts() -> None:
    receipts = [receipt("reached", 14, "n-2"), receipt("reached", 11)]
    assert steps(ITEM, receipts, None)["reached"] == hour(11)


def test_the_receipt_of_something_else_says_nothing() -> None:
    other = acknowledge("hamina:event:r1.e1", "read", at=hour(12), origin="n-1.a")
    assert farthest(steps(ITEM, [other], None)) == "kept"


@given(
    st.lists(st.tuples(st.sampled_from(["reached", "read"]), st.integers(0, 23))),
    st.none() | st.integers(0, 23),
    st.randoms(use_true_random=False),
)
def test_nothing_comes_after_what_is_still_to_come_nor_before_its_time(
    said: list[tuple[str, int]], gone: int | None, random: Any
) -> None:
    receipts = [receipt(state, n, f"n-{i}") for i, (state, n) in enumerate(said)]
    departure = None if gone is None else left(gone)
    found = steps(ITEM, receipts, departure)
    stamps = list(found.values())
    taken = [stamp for stamp in stamps if stamp]
    assert stamps[: len(taken)] == taken == sorted(taken)
    assert list(found) == list(DELIVERY)
    assert found == steps(ITEM, random.sample(receipts, len(receipts)), departure)


def test_of_things_that_go_apart_those_behind_are_told() -> None:
    kept, gone = steps(ITEM, [], None), steps(ITEM, [], left(10))
    assert hindmost([kept, gone, gone]) == ("kept", 1)
    assert hindmost([gone, gone]) == ("left", 2)
    assert hindmost([])[1] == 0
