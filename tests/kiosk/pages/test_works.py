"""Works: one's own first, in the reader's language, with what to do before."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import dates
from i18n.languages import LANGUAGES
from kiosk.pages.works.model import bar, phase
from sync import clock
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.works import WORKS_KIND


def works(starts: datetime, ends: datetime, **fields: Any) -> Document:
    given = {"audience": "public", "channel": "landlord", "lang": "fr", "what": "water"}
    hours = {"starts": clock.stamp(starts), "ends": clock.stamp(ends)}
    at = clock.stamp(starts - timedelta(days=5))
    more = {**given, **hours, "title": "Coupure", **fields}
    return WORKS_KIND.new(fresh(), at=at, origin="n-1.a", **more)


def morning(day: int) -> datetime:
    """Nine o'clock, so many days from today."""
    return clock.midnight(clock.today(clock.now()) + timedelta(days=day)) + timedelta(hours=9)


@pytest.fixture
def plan(portal: Any) -> Any:
    """A function plan(day, **fields): works of three hours in the morning of a day to come."""

    def write(day: int, **fields: Any) -> str:
        document = works(morning(day), morning(day) + timedelta(hours=3), **fields)
        portal.database.put("estate", document)
        return str(document["_id"].partition(":")[2])

    return write


@pytest.fixture(autouse=True)
def empty(portal: Any) -> None:
    for document in portal.database.range("estate", "works:", "works;"):
        portal.database.delete("estate", document)


def test_works_of_ones_own_staircase_stand_first(portal: Any, plan: Any) -> None:
    plan(2, what="roads")
    plan(4, what="lift", to=["figuiers-b"])
    plan(1, what="gas", to=["gabians"])
    text = portal.sign_in("Fatou").get("/works/").text
    assert text.index("Ascenseur arrêté") < text.index("Travaux dehors")
    assert "Pas de gaz" not in text


def test_works_that_come_back_stand_once_with_their_days(portal: Any, plan: Any) -> None:
    first, *rest = (plan(day, what="cleaning", title="Lavage") for day in (3, 10, 17))
    elsewhere = plan(4, what="cleaning", title="Lavage", to=["figuiers-b"])
    screen = portal.visit()
    text = screen.get("/works/").text
    assert f"/works/{first}" in text
    assert f"/works/{elsewhere}" in text
    assert not any(key in text for key in rest)
    assert "et 2 autres fois" in text
    page = screen.get(f"/works/{first}").text
    days = [dates.day(morning(day), LANGUAGES["fr"]) for day in (10, 17)]
    assert f"Puis\xa0: {days[0]}, {days[1]}" in page


def test_works_of_tomorrow_cannot_wait(portal: Any, plan: Any) -> None:
    plan(1, what="water")
    plan(20, what="lift")
    near, far = re.findall(r'class="notice( urgent)?"', portal.visit().get("/works/").text)
    assert (near, far) == (" urgent", "")


def test_lucien_reads_what_when_for_whom_and_why(portal: Any, plan: Any) -> None:
    key = plan(1, to=["figuiers-a"], text="On change la vanne.")
    page = portal.sign_in("Lucien").get(f"/works/{key}").text
    assert "<h1>Pas d’eau demain</h1>" in page
    assert "de 9\xa0h à 12\xa0h" in page
    assert "Pour vous\xa0: <bdi>Escalier A</bdi>" in page
    assert "On change la vanne." in page
    for thing in ("Garder de l’eau", "Arrêter la machine", "Fermer les robinets"):
        assert thing in page
    assert "Ce soir, pensez à\xa0:" in page


def test_time_left_is_urgent_only_in_the_last_two_days(portal: Any, plan: Any) -> None:
    screen = portal.visit()
    assert 'class="left urgent"' in screen.get(f"/works/{plan(1)}").text
    assert 'class="left"' in screen.get(f"/works/{plan(9)}").text


def test_works_under_way_say_so(portal: Any) -> None:
    now = clock.now()
    document = works(now - timedelta(hours=1), now + timedelta(hours=5))
    portal.database.put("estate", document)
    page = portal.visit().get(f"/works/{document['_id'].partition(':')[2]}").text
    assert "En ce moment" in page
    assert "En attendant" in page


def test_works_that_are_over_leave_the_list_and_can_still_be_read(portal: Any) -> None:
    now = clock.now()
    document = works(now - timedelta(hours=9), now - timedelta(hours=5))
    portal.database.put("estate", document)
    key = document["_id"].partition(":")[2]
    assert key not in portal.visit().get("/works/").text
    page = portal.visit().get(f"/works/{key}").text
    assert "C’est fini" in page
    assert "Garder de l’eau" not in page


def test_the_hours_carry_no_style_and_mirror_in_arabic(portal: Any, plan: Any) -> None:
    key = plan(2)
    left, right = (
        re.search(
            r'<rect class="off" x="([\d.]+)%" width="([\d.]+)%"', screen.get(f"/works/{key}").text
        )
        for screen in (portal.visit("fr"), portal.visit("ar"))
    )
    assert left
    assert right
    assert float(left[1]) == pytest.approx(100 - float(right[1]) - float(right[2]), abs=0.1)
    assert "style=" not in portal.visit().get(f"/works/{key}").text


def test_what_nobody_knows_in_other_words_keeps_its_own_title(portal: Any, plan: Any) -> None:
    plan(3, what="other", title="Le portail reste ouvert")
    text = portal.visit("ar").get("/works/").text
    assert '<b><bdi lang="fr">Le portail reste ouvert</bdi></b>' in text


@given(st.integers(0, 22), st.integers(1, 12), st.sampled_from([0, 15, 30]))
def test_the_bar_holds_the_works_and_few_marks(hour: int, length: int, minute: int) -> None:
    starts = clock.midnight(datetime(2026, 6, 3).date()) + timedelta(hours=hour, minutes=minute)
    ends = starts + timedelta(hours=length)
    found = bar(works(starts, ends))
    if ends.date() != starts.date():
        assert found is None
        return
    assert found is not None
    assert 0 <= found.start < found.start + found.length <= 100.001
    assert len(found.marks) <= 8
    assert all(0 <= mark.at <= 100.001 for mark in found.marks)


def test_long_works_and_whole_days_have_no_bar() -> None:
    assert bar(works(morning(1), morning(3))) is None
    assert bar(works(morning(1), morning(1) + timedelta(hours=2), all_day=True)) is None


@pytest.mark.parametrize(
    ("hours", "said"), [(49, "ahead"), (47, "near"), (-1, "now"), (-4, "over")]
)
def test_where_works_are_in_time(hours: int, said: str) -> None:
    now = clock.now()
    starts = now + timedelta(hours=hours)
    assert phase(works(starts, starts + timedelta(hours=3)), now) == said
