"""How far this machine reaches, from memory; where no mesh says it, nobody does."""

from typing import Any

from sync import fresh
from sync.clock import instant
from sync.database import Database
from sync.documents.kind import Document
from sync.documents.reach import HERE, REACH
from sync.reach import Fact, Lookout

CUT = "2026-11-23T13:10:00.000Z"
HALL = {"id": "n-a", "name": "Hall A", "role": "kiosk", "state": "seen", "why": "firewall"}


def reach(**facts: Any) -> Document:
    waiting = {"urgent": 0, "words": 2, "media": 0}
    return REACH.new(HERE, at=CUT, waiting=waiting, **facts)


def test_without_a_mesh_nothing_is_said(database: Database) -> None:
    assert Lookout(database).reach() is None


def test_facts_are_read_with_the_instant_since_which_they_are_so(database: Database) -> None:
    peers = [{**HALL, "since": CUT}]
    down = {"up": False, "since": CUT}
    database.put("node", reach(landlord=down, next=CUT, peers=peers))
    found = Lookout(database).reach()
    assert found is not None
    assert found.landlord == Fact(False, instant(CUT))
    assert found.internet is None
    assert found.next == instant(CUT)
    assert found.peer("n-a") == peers[0]
    assert found.peer("n-b") is None


def test_what_makes_no_sense_says_nothing(database: Database) -> None:
    database.put("node", {**reach(), "landlord": {"up": "no"}})
    assert Lookout(database).reach() is None


def test_a_change_is_seen_at_once_when_told_of_and_else_after_a_moment(database: Database) -> None:
    at = 1000.0
    lookout = Lookout(database, lambda: at)
    assert lookout.reach() is None
    document = reach()
    database.put("node", document)
    assert lookout.reach() is None
    lookout.forget()
    assert lookout.reach() is not None
    database.delete("node", {**document, "_rev": database.get("node", document["_id"])["_rev"]})  # type: ignore[index]
    assert lookout.reach() is not None
    at += fresh.FRESH
    assert lookout.reach() is None
