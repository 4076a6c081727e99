"""Where a household lives, remembered for a moment."""

from typing import Any

import pytest

from kiosk import homes
from kiosk.homes import Homes
from sync.database import Database
from sync.documents.account import HOUSEHOLD


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(database: Database, clock: Clock) -> Homes:
    return Homes(database, clock)


def settle(database: Database, household: str, staircase: str) -> None:
    home = HOUSEHOLD.new(household, residence="figuiers", staircase=staircase, door="31")
    stood = database.get("accounts", home["_id"]) or {}
    database.put("accounts", {**stood, **home})


def test_a_household_that_moves_is_found_again(
    database: Database, known: Homes, clock: Clock
) -> None:
    settle(database, "h1", "figuiers-a")
    assert known.staircase("h1") == "figuiers-a"
    settle(database, "h1", "figuiers-b")
    clock.at += homes.FRESH - 1
    assert known.staircase("h1") == "figuiers-a"
    clock.at += 1
    assert known.staircase("h1") == "figuiers-b"


def test_a_household_that_is_not_there_yet_is_asked_for_again(
    database: Database, known: Homes
) -> None:
    assert known.staircase("h2") == ""
    settle(database, "h2", "figuiers-a")
    assert known.staircase("h2") == "figuiers-a"


def test_a_household_that_makes_no_sense_has_no_home(database: Database, known: Homes) -> None:
    database.put("accounts", {"_id": HOUSEHOLD.id("h3"), "kind": "household", "v": 1})
    assert known.staircase("h3") == ""


def test_what_was_known_is_said_while_the_database_is_away(
    database: Database, clock: Clock, start_couch: Any, tmp_path: Any
) -> None:
    couch = start_couch(tmp_path / "data")
    own = Database(couch.url, couch.name, couch.password)
    own.create_all()
    settle(own, "h4", "figuiers-a")
    known = Homes(own, clock)
    assert known.staircase("h4") == "figuiers-a"
    couch.process.kill()
    couch.process.wait()
    clock.at += 10 * homes.FRESH
    assert known.staircase("h4") == "figuiers-a"
    assert known.staircase("h5") == ""


def test_only_so_many_are_kept(
    database: Database, known: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "MOST", 2)
    for household in ("h6", "h7", "h8"):
        settle(database, household, "figuiers-a")
        known.staircase(household)
    assert list(known._known) == ["h7", "h8"]
