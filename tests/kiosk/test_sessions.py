"""Sessions: a screen that knows someone, and forgets them; on a real database."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.access.people import Identity
from kiosk.access.sessions import ABSOLUTE, Sessions, boot_id
from kiosk.access.tokens import new_token
from sync.database import Database
from sync.documents.account import PERSON
from sync.errors import Unreachable

KEY = bytes(range(32))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AMINA = Identity("pamina", "hbenali", "hbenali", "", "Amina Benali", "ar")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def with_amina(database: Database) -> Database:
    person = PERSON.new("pamina", household="hbenali", first_name="Amina", last_name="Benali")
    database.put("accounts", person)
    return database


@pytest.fixture
def estate(database: Database) -> Database:
    return with_amina(database)


@pytest.fixture
def sessions(estate: Database) -> Sessions:
    return Sessions(estate, KEY, "this boot")


def documents(database: Database) -> list[dict[str, Any]]:
    return database.range("node", "session:", "session;")


def test_a_session_knows_its_person(sessions: Sessions) -> None:
    session = sessions.get(sessions.open(AMINA, NOON, "kiosk"), NOON)
    assert session is not None
    assert (session.person, session.household, session.role) == ("pamina", "hbenali", "")
    assert (session.name, session.language) == ("Amina Benali", "ar")


def test_a_token_is_new_each_time_and_no_other_opens(sessions: Sessions) -> None:
    token = sessions.open(AMINA, NOON, "kiosk")
    assert sessions.open(AMINA, NOON, "kiosk") != token
    for other in ("", "x", token[:-1], new_token(), "é\ud800"):
        assert sessions.get(other, NOON) is None


def test_neither_token_nor_name_lies_on_disk(sessions: Sessions, estate: Database) -> None:
    token = sessions.open(AMINA, NOON, "home")
    kept = json.dumps(documents(estate))
    assert "pamina" in kept
    for secret in (token, "Amina", "Benali", sessions.csrf(token)):
        assert secret not in kept


@pytest.mark.parametrize(("mode", "minutes"), [("kiosk", 5), ("home", 30), ("tv", 30)])
def test_a_screen_left_alone_forgets(
    sessions: Sessions, estate: Database, mode: str, minutes: int
) -> None:
    token = sessions.open(AMINA, NOON, mode)
    end = NOON + timedelta(minutes=minutes)
    assert sessions.get(token, end - seconds(1), touch=False)
    assert sessions.get(token, end) is None
    assert sessions.get(token, NOON) is None
    assert documents(estate) == []


def test_who_acts_stays_but_for_a_day(sessions: Sessions) -> None:
    token = sessions.open(AMINA, NOON, "kiosk")
    now = NOON
    while now < NOON + ABSOLUTE - timedelta(minutes=4):
        now += timedelta(minutes=4)
        assert sessions.get(token, now)
    assert sessions.get(token, NOON + ABSOLUTE) is None


def test_a_poll_is_not_an_act(sessions: Sessions) -> None:
    token = sessions.open(AMINA, NOON, "kiosk")
    assert sessions.get(token, NOON + timedelta(minutes=4), touch=False)
    assert sessions.get(token, NOON + timedelta(minutes=6)) is None


def test_a_session_outlives_a_killed_portal(sessions: Sessions, estate: Database) -> None:
    token = sessions.open(AMINA, NOON, "kiosk")
    sessions.get(token, NOON + timedelta(minutes=3))
    restarted = Sessions(estate, KEY, "this boot")
    session = restarted.get(token, NOON + timedelta(minutes=7))
    assert session is not None
    assert session.name == "Amina Benali"
    assert restarted.check(token, sessions.csrf(token))


def test_a_session_ends_with_the_machine(sessions: Sessions, estate: Database) -> None:
    token = sessions.open(AMINA, NOON, "home")
    rebooted = Sessions(estate, KEY, "another boot")
    assert rebooted.get(token, NOON) is None
    assert not rebooted.check(token, sessions.csrf(token))
    assert rebooted.sweep(NOON) == 1
    assert documents(estate) == []


def test_a_session_closed_stays_closed(sessions: Sessions, estate: Database) -> None:
    token = sessions.open(AMINA, NOON, "home")
    sessions.close(token, NOON)
    sessions.close(token, NOON)
    assert sessions.get(token, NOON) is None
    assert Sessions(estate, KEY, "this boot").get(token, NOON) is None
    assert documents(estate) == []


def test_who_was_erased_is_signed_out_by_the_next_start(
    sessions: Sessions, estate: Database
) -> None:
    token = sessions.open(AMINA, NOON, "home")
    person = estate.get("accounts", PERSON.id("pamina"))
    assert person is not None
    estate.delete("accounts", person)
    assert Sessions(estate, KEY, "this boot").get(token, NOON) is None


def test_acts_are_written_at_most_every_fifteen_seconds(
    sessions: Sessions, estate: Database
) -> None:
    token = sessions.open(AMINA, NOON, "home")
    revisions = set()
    for second in range(0, 60, 3):
        assert sessions.get(token, NOON + seconds(second))
        revisions.add(documents(estate)[0]["_rev"])
    assert len(revisions) == 4


def test_a_page_soon_after_another_asks_nothing_of_the_database(sessions: Sessions) -> None:
    token = sessions.open(AMINA, NOON, "home")
    asked = []
    sessions._database = Counting(sessions._database, asked)  # type: ignore[assignment]
    assert sessions.get(token, NOON + seconds(1.9))
    assert asked == []
    assert sessions.get(token, NOON + seconds(2.1))
    assert asked == ["get"]


class Counting:
    """A database that notes what it is asked."""

    def __init__(self, database: Database, asked: list[str]) -> None:
        self._database, self._asked = database, asked

    def __getattr__(self, name: str) -> object:
        self._asked.append(name)
        return getattr(self._database, name)


def test_a_session_deleted_elsewhere_is_gone_in_two_seconds(
    sessions: Sessions, estate: Database
) -> None:
    token = sessions.open(AMINA, NOON, "home")
    estate.delete("node", documents(estate)[0])
    assert sessions.get(token, NOON + seconds(3)) is None


def test_a_clock_set_back_ends_a_session(sessions: Sessions) -> None:
    token = sessions.open(AMINA, NOON, "home")
    assert sessions.get(token, NOON - seconds(30))
    assert sessions.get(token, NOON - timedelta(days=400)) is None


def test_ended_sessions_are_swept_when_others_begin(sessions: Sessions, estate: Database) -> None:
    for _ in range(3):
        sessions.open(AMINA, NOON, "kiosk")
    kept = sessions.open(AMINA, NOON + timedelta(minutes=20), "kiosk")
    assert len(documents(estate)) == 1
    assert sessions.get(kept, NOON + timedelta(minutes=20))


def test_a_form_belongs_to_one_cookie(sessions: Sessions) -> None:
    passer_by, other = new_token(), new_token()
    word = sessions.csrf(passer_by)
    assert sessions.check(passer_by, word)
    for token, given in ((other, word), (passer_by, ""), (passer_by, "é\ud800"), ("", word)):
        assert not sessions.check(token, given)


def test_the_boot_is_told_by_the_machine() -> None:
    assert boot_id() == boot_id()
    assert len(boot_id()) >= 32


def test_a_killed_database_signs_nobody_out(
    start_couch: Callable[..., Any], tmp_path: Path
) -> None:
    couch = start_couch(tmp_path / "data")
    sessions = Sessions(
        with_amina(fresh(Database(couch.url, couch.name, couch.password))), KEY, "this boot"
    )
    here, left = (sessions.open(AMINA, NOON, "home") for _ in range(2))
    couch.process.kill()
    couch.process.wait()
    assert sessions.get(here, NOON + seconds(30))
    sessions.close(left, NOON)
    assert sessions.get(left, NOON) is None
    with pytest.raises(Unreachable):
        sessions.get(new_token(), NOON)


def fresh(database: Database) -> Database:
    database.create_all()
    return database
