"""Lists page by page."""

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from kiosk.pager import ROOM, begin, pager, room


def asked(query: str) -> Request:
    return Request(EnvironBuilder("/news/", query_string=query).get_environ())


@pytest.mark.parametrize(("mode", "size", "items"), [("home", "normal", 5), ("tv", "huge", 2)])
def test_larger_words_leave_room_for_fewer(mode: str, size: str, items: int) -> None:
    assert room(mode, size) == items  # type: ignore[arg-type]
    assert all(room(mode, size) >= 2 for mode in ROOM)


@pytest.mark.parametrize("number", ["", "x", "-1", "99999", "1e3", "²", "0x1", "1.5"])
def test_what_is_no_page_is_the_first(number: str) -> None:
    assert begin(asked(f"n={number}"), 6) == 0


def test_digits_of_other_scripts_are_numbers_too() -> None:
    assert begin(asked("n=٢"), 6) == 12


def test_the_ways_keep_what_else_was_asked() -> None:
    second = asked("who=commune&n=1")
    found = pager(second, begin(second, 5), 5, more=True)
    assert found.previous == "/news/?who=commune"
    assert found.next == "/news/?who=commune&n=2"


def test_at_the_end_nothing_follows_and_at_the_beginning_nothing_is_before() -> None:
    only = pager(asked(""), 0, 5, more=False)
    assert (only.previous, only.next) == ("", "")


@given(st.integers(0, 9998), st.integers(1, 20))
def test_next_and_previous_lead_back_to_where_one_was(number: int, limit: int) -> None:
    here = asked(f"n={number}")
    onward = pager(here, begin(here, limit), limit, more=True).next
    there = asked(onward.partition("?")[2])
    back = pager(there, begin(there, limit), limit, more=True).previous
    assert begin(asked(back.partition("?")[2]), limit) == number * limit
