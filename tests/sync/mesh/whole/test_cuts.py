"""Whole nodes that are cut from each other, and what each has once they are joined again.

HMP's office, halls A and B, Amina's home. A and the office reach each other by a line of ours.
"""

from tests.sync.mesh.member import AMINA, holds, until
from tests.sync.mesh.whole.estate import LUCIEN, Estate, photograph, private_to
from tests.sync.mesh.whole.proxy import GOOD, SILENT, Manner


def test_a_hall_cut_off_and_the_others_have_what_each_wrote(estate: Estate) -> None:
    office, a, b = estate["office"], estate["a"], estate["b"]
    estate.yard.unplug("a")
    kept = [a.report(), a.report(LUCIEN)]
    theirs = [b.report(), office.report(LUCIEN)]
    until(lambda: a.reach()["alone"]["up"])
    assert holds(a, kept)
    assert not any(holds(a, [each]) for each in theirs)
    estate.yard.plug("a")
    estate.settled()
    assert all(holds(each, kept + theirs) for each in (office, a, b))
    private_to(estate["home"], AMINA)


def test_a_hall_that_nobody_can_call_calls_them(estate: Estate) -> None:
    """One way: the smaller id, which drives, can call; the other gets no answer."""
    driver, other = sorted(("office", "a"), key=lambda name: estate[name].id)
    estate.drop("a", "b")
    estate.lines[other, driver].behave(SILENT)
    sent, answered = estate[driver].report(), estate[other].report(LUCIEN)
    until(lambda: holds(estate[other], [sent]) and holds(estate[driver], [answered]))
    estate.lines[other, driver].behave(GOOD)
    estate.allow("a", "b")
    estate.settled()


def test_a_line_that_tears_loses_nothing(estate: Estate) -> None:
    """Hall A reaches the office alone, slowly; its connections break in the middle of a body."""
    office, a = estate["office"], estate["a"]
    estate.drop("a", "b")
    lines = estate.behave("a", "office", Manner(delay=0.02, tear=40_000, shuffle=0.3))
    made = [a.report() for _ in range(40)]
    photos = [photograph(a, each, 30_000) for each in made[:3]]
    until(lambda: sum(line.torn for line in lines) >= 3)
    estate.behave("a", "office", GOOD)
    estate.allow("a", "b")
    estate.settled()
    assert holds(office, made)
    assert holds(office, photos, "private-media")
    private_to(estate["home"], AMINA)
