"""Estate time: what a clock is believed, what corrects it, what only casts doubt."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.time.judge import BUILT, TOLERANCE, Known, bounds, judge

TODAY = datetime(2026, 12, 1, 12, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(days=1)
LIMITS = bounds(YESTERDAY, TODAY + timedelta(days=730))
MINUTE = timedelta(minutes=1)
CLOCKS = st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
OFFSETS = st.timedeltas(timedelta(days=-9000), timedelta(days=9000))


def test_a_clock_that_nothing_contradicts_is_believed() -> None:
    judged = judge(TODAY, LIMITS, Known(YESTERDAY))
    assert (judged.now, judged.certain, judged.keep) == (TODAY, True, True)


def test_a_clock_at_1970_is_known_for_wrong_and_time_goes_on_from_what_was_kept() -> None:
    judged = judge(datetime(1970, 1, 1, tzinfo=UTC), LIMITS, Known(TODAY, since=3 * MINUTE))
    assert (judged.now, judged.certain) == (TODAY + 3 * MINUTE, False)


def test_a_clock_at_2040_is_known_for_wrong_without_anybody_else() -> None:
    late = datetime(2040, 1, 1, tzinfo=UTC)
    assert not judge(late, bounds(), Known(TODAY)).certain
    assert judge(late, LIMITS, Known(TODAY)).now == TODAY


def test_three_peers_correct_a_clock_and_two_only_cast_doubt_on_it() -> None:
    wrong, ahead = TODAY + timedelta(days=300), timedelta(days=300)
    two = judge(wrong, LIMITS, Known(TODAY, heard=[ahead] * 2))
    assert (two.now, two.certain, two.keep) == (wrong, False, False)
    three = judge(wrong, LIMITS, Known(TODAY, heard=[ahead] * 3))
    assert (three.now, three.certain, three.keep) == (TODAY, False, True)


def test_one_wrong_peer_among_three_moves_nobody() -> None:
    heard = [timedelta(seconds=2), timedelta(days=5000), timedelta(seconds=-3)]
    judged = judge(TODAY, LIMITS, Known(YESTERDAY, heard=heard))
    assert (judged.now, judged.certain) == (TODAY, True)


def test_three_peers_mend_a_latest_time_that_was_kept_from_a_wrong_clock() -> None:
    poisoned = TODAY + timedelta(days=40)
    assert not judge(TODAY, LIMITS, Known(poisoned)).certain
    mended = judge(TODAY, LIMITS, Known(poisoned, heard=[MINUTE] * 3))
    assert (mended.now, mended.certain, mended.keep) == (TODAY, True, True)


def test_a_clock_put_back_is_in_doubt_until_it_catches_up() -> None:
    known = Known(TODAY + timedelta(minutes=30), since=timedelta(hours=2))
    early = judge(TODAY, LIMITS, known)
    assert (early.now, early.certain, early.keep) == (known.kept + known.since, False, False)
    assert judge(TODAY + timedelta(minutes=26), LIMITS, known).certain


def test_a_correction_outlives_a_restart_and_ends_when_the_clock_is_set() -> None:
    ahead = timedelta(days=300)
    again = judge(TODAY + ahead, LIMITS, Known(YESTERDAY, before=ahead))
    assert (again.now, again.certain) == (TODAY, False)
    mended = judge(TODAY, LIMITS, Known(YESTERDAY, before=ahead))
    assert (mended.now, mended.certain) == (TODAY, True)


@settings(deadline=None)
@given(CLOCKS, CLOCKS, st.lists(OFFSETS, max_size=7), OFFSETS)
def test_time_is_never_before_the_program_and_certain_time_is_the_machine_s(
    system: datetime, kept: datetime, heard: list[timedelta], before: timedelta
) -> None:
    judged = judge(system, bounds(), Known(kept, heard=heard, before=before))
    assert judged.now >= BUILT
    if judged.certain:
        assert abs(judged.now - system) <= TOLERANCE


@settings(deadline=None)
@given(CLOCKS, st.lists(OFFSETS, max_size=7), OFFSETS)
def test_without_a_majority_time_never_goes_behind_what_was_kept(
    system: datetime, heard: list[timedelta], before: timedelta
) -> None:
    judged = judge(system, LIMITS, Known(TODAY, heard=heard[:2], before=before))
    assert judged.now >= TODAY
