"""The first page."""

import re
from datetime import timedelta
from typing import Any

import pytest

from kiosk.pages.home import model
from sync.announcements import Reader
from sync.clock import now, stamp
from sync.documents.emergency import EMERGENCY
from sync.documents.kind import Document
from sync.documents.notice import NOTICE
from sync.documents.works import WORKS_KIND

NOW = now()
ORIGIN = {"at": stamp(NOW - timedelta(hours=1)), "origin": "n-1.2"}
SAID = {"audience": "public", "lang": "fr", "channel": "landlord"}


def job(key: str, **more: Any) -> Document:
    day = {"starts": stamp(NOW + timedelta(days=1)), "ends": stamp(NOW + timedelta(days=2))}
    return WORKS_KIND.new(key, **ORIGIN, **SAID, title=key, what="lift", **day, **more)


@pytest.fixture(scope="module", autouse=True)
def announced(portal: Any) -> None:
    notices = [NOTICE.new(f"n{n}", **ORIGIN, **SAID, title=f"Nouvelle {n}") for n in range(4)]
    works = [job("mine", to=["figuiers-b"]), job("theirs", to=["gabians"]), job("all")]
    portal.database.bulk("estate", [*notices, *works])


def today(answer: Any) -> str:
    found = re.search(r'<section class="notices today".*?</section>', answer.text, re.S)
    return found.group() if found else ""


def test_who_has_signed_in_is_greeted_by_name(portal: Any) -> None:
    assert "<h1>Bonjour Amina Benali</h1>" in portal.sign_in("Amina").get("/").text
    assert "Bonjour. Que voulez-vous faire" in portal.visit().get("/").text


def test_works_at_ones_own_stairs_stand_first_and_others_works_nowhere(portal: Any) -> None:
    page = today(portal.sign_in("Amina").get("/"))
    assert "/works/mine" in page
    assert "/works/theirs" not in page
    first = re.findall(r'href="([^"]+)"', page)[0]
    assert first == "/works/mine"


@pytest.mark.parametrize(("mode", "most"), [("kiosk", 2), ("home", 4), ("tv", 2)])
def test_no_more_stands_there_than_the_screen_holds(portal: Any, mode: str, most: int) -> None:
    assert today(portal.visit(mode=mode).get("/")).count('<a class="notice') == most
    screen = portal.visit(mode=mode)
    screen.get("/?size=huge")
    assert today(screen.get("/")).count('<a class="notice') == 1


def test_works_take_half_of_the_room_and_news_the_rest(portal: Any) -> None:
    reader = Reader(places=("figuiers-b", "figuiers"), signed_in=True, now=now())
    kinds = [d["kind"] for d in model.today(portal.database, reader, 4)]
    assert kinds == ["works", "works", "notice", "notice"]
    assert [d["kind"] for d in model.today(portal.database, reader, 2)] == ["works", "works"]


def test_the_staff_go_to_their_desk_and_residents_to_their_reports(portal: Any) -> None:
    assert 'class="window" href="/desk/"' in portal.sign_in("Claire").get("/").text
    page = portal.sign_in("Lucien").get("/").text
    assert 'href="/reports/"' in page
    assert 'href="/desk/"' not in page


def test_every_window_leads_to_a_page(portal: Any) -> None:
    screen = portal.sign_in("Lucien")
    links = set(re.findall(r'<a class="(?:window|first)" href="([^"]+)"', screen.get("/").text))
    assert len(links) == 7
    assert {link for link in links if screen.get(link).status_code != 200} == set()


def test_very_large_letters_turn_the_windows_page_by_page(portal: Any) -> None:
    screen = portal.visit(mode="kiosk")
    screen.get("/?size=huge")
    pages = [screen.get(f"/?n={n}").text for n in range(3)]
    seen = [re.findall(r'<a class="window" href="([^"]+)"', page) for page in pages]
    assert [len(links) for links in seen] == [2, 2, 2]
    assert len({link for links in seen for link in links}) == 6
    assert 'href="/?n=1"' in pages[0]
    assert 'id="today"' not in pages[1]


def test_what_people_wrote_is_shown_as_written_and_does_nothing(portal: Any) -> None:
    title = "<script>alert(1)</script> \u202eabc"
    bad = NOTICE.new("bad", **{**ORIGIN, "at": stamp(NOW)}, **SAID, title=title)
    rev = portal.database.put("estate", bad)
    try:
        page = portal.visit().get("/").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    finally:
        portal.database.delete("estate", {**bad, "_rev": rev})


def test_an_alarm_stands_above_every_page(portal: Any) -> None:
    fire = EMERGENCY.new("fire", **ORIGIN, by="s1", title="Sortez", lang="fr", to=["figuiers"])
    rev = portal.database.put("estate", fire)
    portal.services(staircase="figuiers-b").estate.forget()
    try:
        here = portal.visit(staircase="figuiers-b")
        assert all("Sortez" in here.get(path).text for path in ("/", "/works/", "/nothing-here"))
        assert "Sortez" not in portal.visit(staircase="gabians-c").get("/").text
    finally:
        portal.database.delete("estate", {**fire, "_rev": rev})


def test_nothing_planned_is_said_too(portal: Any) -> None:
    reader = Reader(places=("figuiers-b",), signed_in=True, now=NOW + timedelta(days=400))
    assert model.today(portal.database, reader, 4) == []
