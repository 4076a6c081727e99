"""Longer troubles: the landlord cut off, one way, narrow and torn for a while, killed, moved."""

from typing import Any

import pytest
import requests

from tests.sync.mesh.member import AMINA, Member, holds, until
from tests.sync.mesh.whole.estate import LUCIEN, Estate, leaves, photograph, private_to
from tests.sync.mesh.whole.proxy import GOOD, SILENT, Manner

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]


def test_halls_go_on_together_without_the_landlord(estate: Estate) -> None:
    office, a, b = estate["office"], estate["a"], estate["b"]
    estate.yard.unplug("office")
    for hall in (a, b):
        until(lambda hall=hall: hall.reach()["landlord"]["up"] is False)
    assert not a.reach()["alone"]["up"]
    kept, there = [a.report(), b.report(LUCIEN)], office.report(LUCIEN)
    until(lambda: holds(a, kept) and holds(b, kept))
    assert not holds(office, kept[:1])
    estate.yard.plug("office")
    estate.settled()
    assert all(holds(each, [*kept, there]) for each in (office, a, b))
    private_to(estate["home"], AMINA)


def test_where_the_one_that_drives_gets_no_answer_the_other_drives(estate: Estate) -> None:
    driver, other = sorted(("office", "a"), key=lambda name: estate[name].id)
    estate.drop("a", "b")
    estate.lines[driver, other].behave(SILENT)
    sent, answered = estate[driver].report(), estate[other].report(LUCIEN)
    until(lambda: holds(estate[other], [sent]) and holds(estate[driver], [answered]), 150)
    estate.lines[driver, other].behave(GOOD)
    estate.allow("a", "b")
    estate.settled()


def test_what_one_hall_sends_is_lost_and_comes_by_another(estate: Estate) -> None:
    """Packets of A to B are lost, those of B to A arrive."""
    a, b = estate["a"], estate["b"]
    estate.yard.drop("a", "b")
    sent, answered = a.report(), b.report(LUCIEN)
    until(lambda: holds(b, [sent]) and holds(a, [answered]))
    estate.yard.allow("a", "b")
    estate.settled()


def test_photos_come_through_a_narrow_line_that_tears(estate: Estate) -> None:
    """64 kbit/s, and every connection breaks after 60 KB or so: photos are tried again."""
    office, a = estate["office"], estate["a"]
    estate.drop("a", "b")
    manner = Manner(delay=0.01, rate=8000, tear=60_000, shuffle=0.5)
    lines = estate.behave("a", "office", manner)
    made = [a.report() for _ in range(60)]
    photos = [photograph(a, each, 30_000) for each in made[:8]]
    until(lambda: holds(office, made), 120)
    until(lambda: sum(line.torn for line in lines) >= 3, 120)
    estate.behave("a", "office", GOOD)
    estate.allow("a", "b")
    estate.settled()
    assert holds(office, photos, "private-media")
    private_to(estate["home"], AMINA)


def test_a_hall_whose_power_fails_while_it_receives_has_all_it_said_it_had(
    estate: Estate,
) -> None:
    a, b = estate["a"], estate["b"]
    acknowledged = []
    for n in range(200):
        acknowledged.append(a.report())
        if n < 100:
            acknowledged.append(b.report(LUCIEN))
        if n == 100:
            estate.kill("b")
            with pytest.raises(requests.RequestException):
                b.report()
    estate.restart("b")
    estate.settled()
    assert holds(estate["b"], acknowledged)
    assert holds(estate["office"], acknowledged)


@pytest.mark.parametrize("which", ["drives", "is driven"])
def test_a_hall_that_moves_goes_on_where_it_was(estate: Estate, which: str) -> None:
    """Another address, no reading anew: the hall that drives reads what is new, no more."""
    if not estate.apart:
        pytest.skip("a hall has one address of loopback; in a namespace it moves")
    driver, other = sorted(("a", "b"), key=lambda name: estate[name].id)
    for _ in range(400):
        estate[driver].report()
    estate.settled()
    whole = len(leaves(estate[driver], "private"))
    before = _checked(estate[driver], estate[other])
    estate.yard.move(driver if which == "drives" else other)
    sent, answered = estate[driver].report(), estate[other].report(LUCIEN)
    until(lambda: holds(estate[other], [sent]) and holds(estate[driver], [answered]), 150)
    estate.linked(driver, other)
    estate.settled()
    found = until(lambda: _checked(estate[driver], estate[other]))
    for way, checked in found.items():
        fresh = checked - before[way] if checked >= before[way] else checked
        assert fresh < whole / 4, way


def _checked(driver: Member, other: Member) -> dict[str, Any]:
    """How many revisions the driver has looked at in each direction, of what is private."""
    jobs = driver.ask("GET", "/_scheduler/docs?limit=2000").json()["docs"]
    named = {f"mesh-{other.id}-words-private-{way}": way for way in ("push", "pull")}
    found = {named[job["doc_id"]]: job["info"] for job in jobs if job["doc_id"] in named}
    if any("revisions_checked" not in (info or {}) for info in found.values()):
        return {}
    return {way: info["revisions_checked"] for way, info in found.items()}
