"""The places and emergencies that every page shows, from memory."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync import clock as estate_clock
from sync import fresh as module
from sync.database import Database
from sync.documents.emergency import EMERGENCY
from sync.documents.kind import Document
from sync.documents.place import PLACE_KIND
from sync.documents.withdrawal import withdraw
from sync.estate import Estate

NOW = estate_clock.now()


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def alarm(key: str, minutes: int = 0, **more: Any) -> Document:
    at = estate_clock.stamp(NOW - timedelta(minutes=minutes))
    fields: dict[str, Any] = {"title": key, "lang": "fr", **more}
    return EMERGENCY.new(key, at=at, by="s1", origin="n-1.2", **fields)


def titles(estate: Estate, *places: str) -> list[str]:
    return [alarm["title"] for alarm in estate.emergencies(NOW, places)]


def test_the_last_alarm_said_comes_first_whatever_its_key(database: Database) -> None:
    database.bulk("estate", [alarm("b", 1), alarm("c", 3), alarm("a", 2)])
    assert titles(Estate(database)) == ["b", "a", "c"]


def test_an_alarm_stands_where_it_concerns_until_it_ends(database: Database) -> None:
    here, there = alarm("here", to=["figuiers"]), alarm("there", to=["gabians"])
    over = alarm("over", 90, until=estate_clock.stamp(NOW))
    old = alarm("old", 3 * 24 * 60)
    database.bulk("estate", [here, there, over, old])
    assert titles(Estate(database), "figuiers-b", "figuiers") == ["here"]
    assert sorted(titles(Estate(database))) == ["here", "there"]


def test_a_withdrawn_alarm_is_gone(database: Database) -> None:
    false = alarm("false")
    database.put("estate", false)
    stamp = estate_clock.stamp(NOW)
    database.put("estate", withdraw(false["_id"], at=stamp, by="s1", origin="n-1.2"))
    assert titles(Estate(database)) == []


def test_what_makes_no_sense_is_passed_over(database: Database) -> None:
    database.put("estate", {"_id": "emergency:x", "kind": "emergency", "title": "?"})
    database.put("estate", {"_id": "place:x", "kind": "place"})
    database.put("estate", alarm("fire"))
    found = Estate(database)
    assert titles(found) == ["fire"]
    assert dict(found.places()) == {}


def test_a_place_is_known_by_its_slug_and_its_change_after_a_moment(
    database: Database, clock: Clock
) -> None:
    rev = database.put("estate", PLACE_KIND.new("figuiers", type="residence", name="Figuiers"))
    found = Estate(database, clock)
    assert found.places()["figuiers"]["name"] == "Figuiers"
    new = PLACE_KIND.new("figuiers", type="residence", name="Les Figuiers")
    database.put("estate", {**new, "_rev": rev})
    assert found.places()["figuiers"]["name"] == "Figuiers"
    clock.at += module.FRESH
    assert found.places()["figuiers"]["name"] == "Les Figuiers"


def test_what_changed_is_read_at_once_when_told(database: Database, clock: Clock) -> None:
    database.put("estate", PLACE_KIND.new("figuiers", type="residence", name="Figuiers"))
    found = Estate(database, clock)
    assert titles(found) == []
    database.put("estate", alarm("fire"))
    assert titles(found) == []
    found.forget()
    assert titles(found) == ["fire"]


def test_an_alarm_does_not_vanish_with_a_killed_database(
    start_couch: Callable[..., Any], tmp_path: Path, clock: Clock
) -> None:
    couch = start_couch(tmp_path / "data")
    own = Database(couch.url, couch.name, couch.password)
    own.create_all()
    own.put("estate", alarm("fire"))
    found = Estate(own, clock)
    assert titles(found) == ["fire"]
    couch.process.kill()
    couch.process.wait()
    clock.at += 60
    found.forget()
    assert titles(found) == ["fire"]


def test_nothing_is_known_before_the_database_answers_and_all_soon_after(
    start_couch: Callable[..., Any], free_port: Callable[[], int], tmp_path: Path, clock: Clock
) -> None:
    port = free_port()
    start_couch(tmp_path / "other")  # its secret is not this one's
    early = Estate(Database(f"http://127.0.0.1:{port}", "residacoeur", "x"), clock)
    assert dict(early.places()) == {}
    couch = start_couch(tmp_path / "data", port)
    own = Database(couch.url, couch.name, couch.password)
    own.create_all()
    own.put("estate", PLACE_KIND.new("figuiers", type="residence", name="Les Figuiers"))
    early._database = own  # the same server, now with the password it has made
    clock.at += module.SOON
    assert set(early.places()) == {"figuiers"}


def test_one_waits_for_the_database_and_the_others_go_on(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.put("estate", PLACE_KIND.new("figuiers", type="residence", name="Les Figuiers"))
    found, hangs, answers = Estate(database, clock), threading.Event(), threading.Event()
    found.places()
    read = database.range

    def slow(*asked: Any, **more: Any) -> list[Document]:
        hangs.set()
        answers.wait(20)
        return read(*asked, **more)

    monkeypatch.setattr(database, "range", slow)
    clock.at += module.FRESH
    waiting = threading.Thread(target=found.places)
    waiting.start()
    assert hangs.wait(20)
    assert set(found.places()) == {"figuiers"}  # while the other still waits
    assert waiting.is_alive()
    answers.set()
    waiting.join()
