"""What is cut: derived from what the mesh finds, said on every page, and never more than is so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from i18n import dates
from i18n.languages import SOURCE
from kiosk.line import Weather
from kiosk.outage import Outage, outage
from kiosk.pages.listen.shown import blocks
from sync import clock
from sync.documents.kind import Document
from sync.documents.reach import HERE, REACH
from sync.documents.report import REPORT
from sync.reach import Fact, Reach

NOW = clock.now()
THEN = NOW - timedelta(hours=3)
UP, DOWN = Fact(True, THEN), Fact(False, THEN)
CABLE_OUT = Weather(False, NOW - timedelta(minutes=1))
CABLE_IN = Weather(True, THEN)


def reach(
    internet: Fact | None = UP, landlord: Fact | None = UP, alone: Fact | None = DOWN
) -> Reach:
    return Reach(internet, landlord, alone, None, ())


@pytest.mark.parametrize(
    ("weather", "found", "cut"),
    [
        (None, None, None),
        (CABLE_IN, None, None),
        (CABLE_OUT, None, "line"),
        (CABLE_IN, reach(), None),
        (None, reach(internet=None, landlord=None, alone=None), None),
        (CABLE_IN, reach(internet=DOWN), "internet"),
        (CABLE_IN, reach(landlord=DOWN), "landlord"),
        (CABLE_IN, reach(internet=DOWN, landlord=DOWN), "landlord"),
        (CABLE_IN, reach(DOWN, DOWN, alone=UP), "hall"),
        (CABLE_OUT, reach(), "internet"),
        (CABLE_OUT, reach(landlord=DOWN), "landlord"),
    ],
)
def test_the_widest_thing_that_is_cut_is_named(
    weather: Weather | None, found: Reach | None, cut: str | None
) -> None:
    said = outage(weather, found, NOW, home=False)
    assert (said.cut if said else None) == cut


def test_a_home_computer_that_reaches_nobody_has_lost_its_hall() -> None:
    said = outage(CABLE_IN, reach(alone=UP), NOW, home=True)
    assert said == Outage("home", THEN)


def test_a_clock_put_back_never_says_that_it_is_cut_since_tomorrow() -> None:
    ahead = Fact(False, NOW + timedelta(days=1))
    said = outage(None, reach(landlord=ahead), NOW, home=False)
    assert said == Outage("landlord", NOW)


@pytest.fixture
def found(portal: Any) -> Callable[..., None]:
    """A function found(**facts) with which the mesh says how far this machine reaches."""

    def said(**facts: Any) -> None:
        database, id = portal.database, REACH.id(HERE)
        waiting = {"urgent": 0, "words": 0, "media": 0}
        document = REACH.new(HERE, at=clock.stamp(NOW), waiting=waiting, **facts)
        standing = database.get("node", id)
        database.put("node", {**document, **({"_rev": standing["_rev"]} if standing else {})})
        for services in (app.extensions["residacoeur"] for app in portal.apps.values()):
            services.lookout.forget()

    return said


def since(hours: int, up: bool) -> Document:
    return {"up": up, "since": clock.stamp(NOW - timedelta(hours=hours))}


def hour(hours: int) -> str:
    when = NOW - timedelta(hours=hours)
    return dates.hour(when.astimezone(clock.ESTATE), SOURCE)


def test_every_page_says_in_one_sentence_what_is_cut_and_leads_on(portal: Any, found: Any) -> None:
    found(landlord=since(0, up=False), alone=since(5, up=False))
    screen = portal.visit()
    for path in ("/", "/works/", "/emergency/", "/signin"):
        page = screen.get(path).text
        assert f"La ligne vers HMP est coupée depuis {hour(0)}." in page, path
        assert 'href="/line"' in page, path


def test_the_page_of_the_line_tells_halls_that_talk_from_a_hall_alone(
    portal: Any, found: Any
) -> None:
    peer = {"id": "n-a", "name": "Hall A", "role": "kiosk", "state": "reachable", "why": ""}
    found(landlord=since(0, up=False), peers=[{**peer, "since": clock.stamp(THEN)}])
    page = portal.visit().get("/line").text
    assert "Les halls se parlent" in page
    assert ">A</text>" in page
    found(landlord=since(0, up=False), alone=since(0, up=True))
    page = portal.visit().get("/line").text
    assert f"Ce hall est seul depuis {hour(0)}." in page
    assert "Nouvelles des autres halls" in page


def test_the_next_try_is_counted_in_steps_when_it_is_near(portal: Any, found: Any) -> None:
    again = clock.now() + timedelta(seconds=58)
    found(landlord=since(0, up=False), next=clock.stamp(again))
    page = portal.visit().get("/line").text
    assert "Nouvel essai dans" in page
    assert ">60</bdi>" in page


def test_only_the_one_who_wrote_them_reads_how_many_messages_wait(portal: Any, found: Any) -> None:
    found(landlord=since(0, up=False))
    amina = portal.cast["Amina"]
    told = {"by": amina.person, "origin": portal.services().origin}
    for key in ("w1", "w2"):
        where = {"category": "light", "place": "figuiers-b-hall"}
        report = REPORT.new(key, household=amina.account, at=clock.stamp(NOW), **told, **where)
        portal.database.put("private", report)
    assert "2 de vos messages attendent ici." in portal.sign_in("Amina").get("/").text
    assert "2 de vos messages attendent ici." in portal.sign_in("Amina").get("/line").text
    assert "attend" not in portal.sign_in("Lucien").get("/").text
    assert "attend" not in portal.visit().get("/").text


def test_how_many_wait_is_not_said_aloud_before_it_is_allowed(portal: Any, found: Any) -> None:
    found(landlord=since(0, up=False))
    page = portal.sign_in("Amina").get("/line").text
    own = [block.text for block in blocks(page, "fr") if block.own]
    assert own == ["2 de vos messages attendent ici."]


def test_once_all_is_reached_again_no_page_speaks_of_it(portal: Any, found: Any) -> None:
    found(landlord=since(0, up=True), internet=since(0, up=True), alone=since(0, up=False))
    assert 'href="/line"' not in portal.visit().get("/").text


def test_the_screen_at_rest_says_it_in_every_language(portal: Any, found: Any) -> None:
    found(landlord=since(0, up=False))
    page = portal.visit(mode="kiosk").get("/rest").text
    assert "La ligne vers HMP est coupée depuis" in page
    assert "The line to HMP has been down since" in page
