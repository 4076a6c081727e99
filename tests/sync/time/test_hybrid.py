"""Stamps: never back, after what was seen, never beyond the hour for anybody else's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.clock import LEAD, instant, is_doubtful, stamp
from sync.time.hybrid import RESERVE, TICK, Hybrid

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(st.sampled_from(["stamp", "see", "turn"]), st.timedeltas(-3 * LEAD, 3 * LEAD)),
    max_size=30,
)


class Turned:
    """Estate time that a test turns."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@settings(deadline=None)
@given(STEPS)
def test_stamps_never_go_back_and_follow_all_that_counted(
    steps: list[tuple[str, timedelta]],
) -> None:
    time, seen = Turned(), list[str]()
    hybrid = Hybrid(time)
    for act, by in steps:
        if act == "turn":
            time.at += abs(by) / 100
        elif act == "see":
            text = stamp(time.at + by)
            assert hybrid.see(text) is not is_doubtful(text, time.at)
            seen += [] if is_doubtful(text, time.at) else [text]
        else:
            given = hybrid.stamp()
            assert all(given > earlier for earlier in seen)
            seen.append(given)


@settings(deadline=None)
@given(st.lists(st.timedeltas(-LEAD, 9 * LEAD), max_size=20))
def test_what_others_say_never_moves_it_an_hour_past_estate_time(said: list[timedelta]) -> None:
    hybrid = Hybrid(lambda: NOON)
    for ahead in said:
        hybrid.see(stamp(NOON + ahead))
    assert instant(hybrid.stamp()) <= NOON + LEAD + TICK


def test_two_stamps_of_one_instant_differ() -> None:
    hybrid = Hybrid(lambda: NOON)
    assert hybrid.stamp() < hybrid.stamp()


def test_after_years_ahead_it_comes_back_to_estate_time() -> None:
    time = Turned()
    hybrid = Hybrid(time)
    time.at = datetime(2040, 1, 1, tzinfo=UTC)
    hybrid.stamp()
    time.at = NOON
    assert hybrid.stamp() == stamp(NOON)


def test_a_finer_stamp_than_ours_is_come_after_too() -> None:
    hybrid = Hybrid(lambda: NOON)
    assert hybrid.see("2026-12-01T12:00:00.000900Z")
    assert instant(hybrid.stamp()) > instant("2026-12-01T12:00:00.000900Z")


def test_a_document_that_came_in_is_seen_when_written_and_when_edited() -> None:
    hybrid = Hybrid(lambda: NOON)
    hybrid.meet({"at": stamp(NOON + 2 * TICK), "edited": stamp(NOON + 5 * TICK)})
    hybrid.meet({"at": 7, "_deleted": True})
    assert hybrid.stamp() == stamp(NOON + 6 * TICK)


def test_what_is_no_stamp_moves_nothing() -> None:
    hybrid = Hybrid(lambda: NOON)
    assert not any(hybrid.see(text) for text in ("", "tomorrow", "2026-12-01T12:30:00"))
    assert hybrid.stamp() == stamp(NOON)


def test_a_restart_does_not_go_back_behind_what_was_given(tmp_path: Path) -> None:
    path = tmp_path / "stamps"
    hybrid = Hybrid(lambda: NOON, path)
    hybrid.see(stamp(NOON + timedelta(minutes=40)))
    given = [hybrid.stamp() for _ in range(3)]
    written = path.read_text()
    assert instant(written) == NOON + timedelta(minutes=40) + RESERVE
    assert Hybrid(lambda: NOON, path).stamp() > given[-1]


def test_a_clock_that_is_not_ahead_writes_nothing_down(tmp_path: Path) -> None:
    hybrid = Hybrid(path=tmp_path / "stamps")
    hybrid.see(hybrid.stamp())
    assert not list(tmp_path.iterdir())
