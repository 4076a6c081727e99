"""The story of a report, folded from facts that come in any order."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import instant
from sync.documents import report
from sync.documents.kind import Document
from sync.documents.report import (
    EVENT,
    RECEIPT,
    REPORT,
    about,
    acknowledge,
    heads,
    household_of,
    key_of,
)

HOME = "hamina"
MADE = {"origin": "n-1.a"}
fold = partial(report.fold, at=instant("2026-11-22T09:00:00Z"))
STATES = ("received", "planned", "done", "reopened", "closed")


def reported() -> Document:
    made = {"at": "2026-11-20T09:00:00.000Z", "by": "pamina", **MADE}
    return REPORT.new("r1", household=HOME, category="lift", place="figuiers-b", **made)


def event(n: int, hour: int, after: list[int] | None = None, **fields: Any) -> Document:
    return EVENT.new(
        f"r1.e{n}",
        household=HOME,
        at=f"2026-11-21T{hour:02}:00:00.000Z",
        by="sclaire",
        report=reported()["_id"],
        after=[f"r1.e{m}" for m in after or []],
        **MADE,
        **fields,
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Document]:
    """Events of which each has seen some of those before it."""
    events = []
    for n in range(draw(st.integers(0, 6))):
        seen = draw(st.lists(st.integers(0, n - 1), unique=True)) if n else []
        state = draw(st.sampled_from([*STATES, ""]))
        events.append(event(n, draw(st.integers(0, 23)), seen, state=state))
    return events


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_come_changes_nothing(events: list[Document], random: Any) -> None:
    mixed = random.sample(events, len(events))
    assert fold(reported(), mixed, []) == fold(reported(), events, [])


@given(histories())
def test_a_story_shows_every_state_that_nobody_has_gone_past(events: list[Document]) -> None:
    stated = [event for event in events if "state" in event]
    story = fold(reported(), events, [])
    assert set(story.states) == {head["state"] for head in heads(stated)}
    assert bool(story.states) == bool(stated)


def test_two_answers_given_apart_are_both_shown_until_someone_chooses() -> None:
    apart = [
        event(1, 9, state="received"),
        event(2, 10, [1], state="done"),
        event(3, 11, [1], state="planned", promised="2026-11-27"),
    ]
    assert fold(reported(), apart, []).states == ("done", "planned")
    chosen = [*apart, event(4, 12, [1, 2, 3], state="planned")]
    assert fold(reported(), chosen, []).states == ("planned",)


def test_the_promise_runs_from_the_day_the_landlord_has_it_on_the_estates_calendar() -> None:
    receipt = acknowledge(reported()["_id"], "reached", at="2026-11-20T23:30:00Z", **MADE)
    story = fold(reported(), [], [receipt])
    assert story.due == date(2026, 11, 26)  # half past midnight on the 21st in Marseille
    assert fold(reported(), [], []).due is None


def test_the_earliest_receipt_counts_and_read_means_reached() -> None:
    id = reported()["_id"]
    receipts = [
        acknowledge(id, "read", at=f"2026-11-2{day}T10:00:00Z", origin=f"n-{day}.a")
        for day in (3, 2)
    ]
    story = fold(reported(), [], receipts)
    assert story.reached == story.read == "2026-11-22T10:00:00Z"
    assert len({receipt["_id"] for receipt in receipts}) == 2


def test_a_report_with_words_is_answered_and_the_last_promise_counts() -> None:
    events = [
        event(1, 9, state="planned", promised="2026-11-27", words="Demain."),
        event(2, 10, [1], promised="2026-11-28"),
    ]
    story = fold(reported(), events, [])
    assert (story.answered, story.promised) == (True, date(2026, 11, 28))
    assert not fold(reported(), [event(1, 9, state="received")], []).answered


@pytest.mark.parametrize("kind", [EVENT, RECEIPT])
def test_the_range_about_a_report_holds_its_own_and_no_others(kind: Any) -> None:
    start, end = about("h1:report:r1", kind)
    inside = [f"h1:{kind.name}:r1.{key}" for key in ("0", "zzz", "reached.n-1")]
    outside = [f"h1:{kind.name}:{key}" for key in ("r1", "r10.a", "r1-x", "r2.a")]
    assert all(start <= id < end for id in inside)
    assert not any(start <= id < end for id in outside)


def test_an_id_tells_household_and_key() -> None:
    assert (household_of("h1:report:r1"), key_of("h1:report:r1")) == ("h1", "r1")


def test_a_promise_of_a_clock_gone_wrong_gives_way_to_the_last_one_made() -> None:
    made = event(1, 9, state="planned", promised="2026-11-27")
    lost = {**event(2, 9, state="planned", promised="2031-01-01"), "at": "2031-01-01T00:00:00Z"}
    assert fold(reported(), [lost, made], []).promised == date(2026, 11, 27)
    assert fold(reported(), [lost], []).promised == date(2031, 1, 1)
