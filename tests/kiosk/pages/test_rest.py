"""The screen at rest: what it tells, in which order and languages, and when it speaks."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from kiosk import cookies
from kiosk.pages.rest import model
from kiosk.pages.rest.cards import TONGUES, aloud
from kiosk.pages.rest.sky import sky
from kiosk.pages.rest.spoken import Spoken
from sync import clock
from sync.announcements import Reader
from sync.documents.emergency import EMERGENCY
from sync.documents.kind import Document
from sync.documents.notice import NOTICE
from sync.documents.works import WORKS_KIND

MADE: Final = {"by": "sclaire", "origin": "n-1.2"}
HERE: Final = "figuiers-b"


def works(key: str, days: float, to: str = HERE, what: str = "water") -> Document:
    starts = clock.now() + timedelta(days=days)
    ends = starts + timedelta(hours=3)
    return WORKS_KIND.new(
        key, at=clock.stamp(clock.now()), origin="n-1.2", audience="public", title="Travaux",
        channel="landlord", lang="fr", what=what, to=[to],
        starts=clock.stamp(starts), ends=clock.stamp(ends),
    )  # fmt: skip


def notice(key: str, days: float, **more: Any) -> Document:
    at = clock.stamp(clock.now() + timedelta(days=days))
    told = {"audience": "public", "title": key, "channel": "residence", "lang": "fr", **more}
    return NOTICE.new(key, at=at, origin="n-1.2", **told)


def alarm(key: str, at: str, title: str = "Sortez", lang: str = "fr", **more: Any) -> Document:
    return EMERGENCY.new(key, at=at, title=title, lang=lang, **MADE, **more)


@pytest.fixture
def told(portal: Any) -> Iterator[Any]:
    """A function that writes documents, taken away after the test."""
    written: list[Document] = []

    def write(*documents: Document) -> None:
        for document in documents:
            portal.database.put("estate", document)
            written.append(document)

    yield write
    for document in written:
        portal.database.delete("estate", portal.database.get("estate", document["_id"]))


def titles(page: str) -> list[tuple[str, str]]:
    """The language and the title of each card, in order."""
    found = re.findall(
        r'<li class="card[^"]*" lang="([^"]+)".*?<h2[^>]*><bdi>([^<]*)</bdi>', page, re.DOTALL
    )
    return [(lang, html.unescape(title)) for lang, title in found]


def rest(portal: Any, path: str = "/rest", **which: Any) -> str:
    which = {"mode": "kiosk", "staircase": HERE, **which}
    portal.services(**which).estate.forget()
    return str(portal.visit(**which).get(path).text)


def test_each_thing_comes_in_each_language_before_the_next_thing(portal: Any, told: Any) -> None:
    told(works("water", 1), works("lift", 3, what="lift"))
    cards = titles(rest(portal))
    assert [lang for lang, _ in cards] == ["fr", "ar", "en"] * 2
    assert cards[0] == ("fr", "Pas d’eau")
    assert cards[3] == ("fr", "Ascenseur arrêté")
    assert len({title for _, title in cards}) == 6  # no card is left in another's language


def test_only_what_concerns_this_hall_and_anyone_may_read_is_told(portal: Any, told: Any) -> None:
    told(
        works("elsewhere", 1, to="gabians-c"),
        notice("ours", 0, audience="residents"),
        notice("all", 0, title="Pour tous"),
    )
    assert {title for _, title in titles(rest(portal))} == {"Pour tous"}


def test_a_neighbours_words_stand_as_written_whatever_the_card_speaks(
    portal: Any, told: Any
) -> None:
    told(notice("party", 0, title="Fête <demain>"))
    page = rest(portal)
    assert [title for _, title in titles(page)] == ["Fête <demain>"] * 3
    assert '<h2 lang="fr"><bdi>Fête &lt;demain&gt;' in page  # of the Arabic card
    assert 'lang="ar" dir="rtl"' in page


def test_works_of_this_week_and_news_of_today_go_before_what_is_far(portal: Any, told: Any) -> None:
    told(
        *(works(f"w{day}", day) for day in range(1, 7)),
        works("later", 20),
        *(notice(f"n{n}", 0) for n in range(3)),
        notice("old", -9),
    )
    reader = Reader((HERE, "figuiers"), signed_in=False, now=clock.now())
    found = model.things(portal.database, reader)
    kinds = [thing["kind"] for thing in found]
    assert kinds == ["works"] * 4 + ["notice"] * 2
    assert "old" not in [thing["title"] for thing in found]


def test_where_nothing_is_near_the_soonest_still_stands(portal: Any, told: Any) -> None:
    told(works("later", 20), notice("old", -9))
    reader = Reader((HERE, "figuiers"), signed_in=False, now=clock.now())
    assert [thing["kind"] for thing in model.things(portal.database, reader)] == [
        "works",
        "notice",
    ]


def test_a_hall_with_nothing_to_tell_says_so_in_each_language(portal: Any) -> None:
    cards = titles(rest(portal))
    assert [lang for lang, _ in cards] == [tongue.html for tongue in TONGUES]
    assert cards[0][1] == "Pas de travaux prévus chez vous."


def test_without_scripts_the_page_turns_to_the_next_card_by_itself(portal: Any, told: Any) -> None:
    told(works("water", 1))
    seen, path = [], "/rest"
    for _ in range(4):
        page = rest(portal, path)
        shown = re.findall(r'<li class="card[^"]*" lang="(\w+)"[^>]*data-thing="0">', page)
        assert len(shown) == 1
        seen += shown
        onward = re.search(r'<noscript><meta http-equiv="refresh" content="12; url=([^"]+)"', page)
        assert onward
        path = onward.group(1)
    assert seen == ["fr", "ar", "en", "fr"]


def test_rest_is_for_screens_that_nobody_uses(portal: Any) -> None:
    for screen in (portal.visit(), portal.sign_in("Amina", mode="kiosk")):
        answer = screen.get("/rest")
        assert answer.status_code == 303
        assert answer.location == "/"


def test_at_rest_the_last_persons_choices_are_forgotten(portal: Any) -> None:
    screen = portal.visit("ar", mode="tv", staircase=HERE)
    assert 'lang="ar"' in screen.get("/").text.partition("<head>")[0]
    page = screen.get("/rest")
    assert 'lang="fr"' in page.text.partition("<head>")[0]
    assert 'lang="fr"' in screen.get("/").text.partition("<head>")[0]
    name = cookies.name("visit", portal.config.port)
    given = [line for line in page.headers.getlist("Set-Cookie") if line.startswith(name)]
    assert len(given) == 1
    assert screen.token not in given[0]


def test_looking_again_by_itself_begins_no_visit_and_prolongs_none(portal: Any) -> None:
    screen = portal.visit(mode="kiosk", staircase=HERE)
    answer = screen.get("/rest", headers={"X-Live": "1"})
    assert "Set-Cookie" not in answer.headers
    left = screen.services.visits.left(screen.token, clock.now())
    assert left is None


def test_a_shared_screen_left_alone_is_told_when_to_rest(portal: Any) -> None:
    kiosk = portal.visit(mode="kiosk", staircase=HERE)
    look = cookies.name("look", portal.config.port)
    kiosk.client.delete_cookie(look, domain="127.0.0.1")  # nobody has set it
    assert 'data-rest="60"' in kiosk.get("/").text
    assert "data-rest" not in kiosk.get("/works/").text  # a visit of 90 seconds runs there
    tv = portal.visit(mode="tv", staircase=HERE)
    assert 'data-rest="60"' in tv.get("/").text
    assert 'data-rest="180"' in tv.get("/works/").text
    assert "data-rest" not in portal.visit().get("/").text
    assert "data-rest" not in portal.sign_in("Amina", mode="tv").get("/").text


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        ("2026-11-23T03:00:00Z", "night"),
        ("2026-11-23T06:30:00Z", "dawn"),  # the sun is up at 7 h 36 in Marseille
        ("2026-11-23T11:00:00Z", "day"),
        ("2026-11-23T16:15:00Z", "dusk"),  # and down at 17 h 07
        ("2026-11-23T18:00:00Z", "night"),
        ("2026-06-21T19:00:00Z", "dusk"),  # down at 21 h 22
        ("2026-06-21T04:00:00Z", "dawn"),  # up at 5 h 58
        ("2026-06-21T17:30:00Z", "day"),
    ],
)
def test_the_house_stands_in_its_own_daylight(at: str, seen: str) -> None:
    assert sky(clock.instant(at)) == seen


def paris(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.ESTATE)


def written(at: datetime, key: str = "gas") -> Document:
    return alarm(key, clock.stamp(at))


def test_an_emergency_is_said_as_it_comes_then_once_an_hour() -> None:
    spoken, gas = Spoken(), written(paris(14))
    assert spoken.due([gas], paris(14, 1)) == [gas]
    spoken.say([gas["_id"]], [gas], paris(14, 1))
    assert spoken.due([gas], paris(15)) == []
    assert spoken.due([gas], paris(15, 1)) == [gas]


def test_an_emergency_not_said_to_its_end_stays_due() -> None:
    spoken, gas, fire = Spoken(), written(paris(14)), written(paris(14), "fire")
    spoken.say([fire["_id"], "emergency:unknown"], [gas, fire], paris(14, 1))
    assert spoken.due([gas, fire], paris(14, 2)) == [gas]


def test_nobody_is_woken_by_what_was_written_by_day_or_said_already() -> None:
    spoken, gas = Spoken(), written(paris(21, 30))
    assert spoken.due([gas], paris(22)) == []
    assert spoken.due([gas], paris(3, day=24)) == []
    assert spoken.due([gas], paris(7, day=24)) == [gas]
    night = written(paris(23, 10), "fire")
    assert spoken.due([night], paris(23, 11)) == [night]
    spoken.say([night["_id"]], [night], paris(23, 11))
    assert spoken.due([night], paris(4, day=24)) == []
    assert spoken.due([night], paris(7, day=24)) == [night]


def test_french_comes_first_then_the_languages_it_is_written_in() -> None:
    at = clock.stamp(paris(14))
    said = aloud([alarm("a", at, "اخرجوا", "ar"), alarm("b", at, text="Par la cour.")])
    assert [lang for _, lang in said] == ["fr", "fr", "fr", "ar", "ar"]
    assert [text for text, _ in said[:3]] == ["Message d’urgence.", "Sortez", "Par la cour."]
    assert said[4] == ("اخرجوا", "ar")


def test_only_arabic_words_are_still_announced_in_french() -> None:
    said = aloud([alarm("a", clock.stamp(paris(14)), "اخرجوا", "ar")])
    assert [lang for _, lang in said] == ["fr", "ar", "ar"]


def test_what_is_due_stands_in_the_page_until_it_was_said(portal: Any, told: Any) -> None:
    fire = alarm("fire", clock.stamp(clock.now()))
    told(fire)
    screen = portal.visit(mode="kiosk", staircase=HERE)
    screen.services.estate.forget()
    page = screen.get("/rest", headers={"X-Live": "1"}).text
    assert "Sortez" in page
    assert f'data-ids="{fire["_id"]}"' in page
    assert screen.post("/rest/said", {"id": fire["_id"]}).status_code == 204
    page = screen.get("/rest", headers={"X-Live": "1"}).text
    assert "Sortez" in page  # it stands above everything all the same
    assert 'data-ids=""' in page
    assert screen.post("/rest/said", {"id": fire["_id"]}, csrf="wrong").status_code == 403


def test_the_line_is_told_in_each_language(portal: Any, tmp_path: Any) -> None:
    kept = tmp_path / "line.json"
    yesterday = clock.now() - timedelta(days=1)
    kept.write_text(json.dumps({"v": 1, "up": False, "since": clock.stamp(yesterday)}))
    from kiosk.portal import create_app

    system = tmp_path / "system"
    (system / "proc/net").mkdir(parents=True)
    (system / "proc/net/route").write_text("Iface\n")
    node = replace(portal.config.node, residence="figuiers", staircase=HERE)
    config = replace(portal.config, mode="kiosk", data=tmp_path, system=system, node=node)
    page = create_app(config).test_client().get("/rest", base_url=f"http://127.0.0.1:{config.port}")
    assert "La ligne est coupée depuis hier à " in page.text
    assert page.text.count('<p class="line">') == 1
