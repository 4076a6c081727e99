"""Who is linked with whom: every node works out the same, and a hall that fails cuts nobody off."""

from hypothesis import given
from hypothesis import strategies as st

from sync.mesh.topology import KIOSKS_OF_A_HOME, STEPS_IN, TAKES_OVER, drives, kiosks_of, partners

HALLS = st.sets(st.integers(0, 10_000).map("n-{:08x}".format), min_size=1, max_size=40)


def reached(start: str, halls: set[str]) -> set[str]:
    found, edge = {start}, {start}
    while edge:
        edge = {node for hall in edge for node in partners(hall, halls)} & halls - found
        found |= edge
    return found


@given(HALLS)
def test_a_link_is_one_from_both_sides(halls: set[str]) -> None:
    for one in halls:
        assert all(one in partners(other, halls) for other in partners(one, halls))


@given(HALLS.filter(lambda halls: len(halls) > 2))
def test_all_reach_all_when_any_one_is_gone(halls: set[str]) -> None:
    gone = sorted(halls)[len(halls) // 2]
    linked = {hall: partners(hall, halls) - {gone} for hall in halls - {gone}}
    found, edge = set[str](), {min(linked)}
    while edge:
        found |= edge
        edge = {node for hall in edge for node in linked[hall]} - found
    assert found == set(linked)


def test_up_to_eight_halls_are_all_linked_and_fifty_are_not() -> None:
    few = {f"n-{n}" for n in range(8)}
    assert partners("n-0", few) == few - {"n-0"}
    many = {f"n-{n:02}" for n in range(50)}
    assert 2 <= len(partners("n-00", many)) <= 8
    assert reached("n-00", many) == many


@given(HALLS)
def test_a_home_has_three_halls_at_most_and_first_those_that_answer(halls: set[str]) -> None:
    answering = set(sorted(halls)[::2])
    chosen = kiosks_of("h-1", halls, answering)
    assert len(chosen) == min(KIOSKS_OF_A_HOME, len(halls))
    assert chosen <= answering or answering <= chosen


def test_the_smaller_id_drives_and_the_other_takes_over_once_it_is_silent() -> None:
    assert drives("n-1", "n-2", 0, 1000)
    assert not drives("n-2", "n-1", 1, 1000)
    assert drives("n-2", "n-1", TAKES_OVER + 1, 1000)
    assert not drives("n-2", "n-1", 1000, 1)  # it has only just begun to listen


def test_one_who_does_not_even_connect_is_not_waited_for_long() -> None:
    assert drives("n-2", "n-1", STEPS_IN + 1, 1000, comes=False)
    assert not drives("n-2", "n-1", STEPS_IN + 1, 1000, comes=True)
    assert not drives("n-2", "n-1", 1000, 1, comes=False)
