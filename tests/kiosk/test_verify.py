"""Signing in: codes behind doors, cards, delays; on a real database."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.access import digests
from kiosk.access.codes import check, show
from kiosk.access.issue import Issued
from kiosk.access.people import Identity
from kiosk.access.throttle import delay
from kiosk.access.verify import Entrance, Refused, Verifier
from sync.clock import stamp
from sync.database import Database
from sync.documents import KINDS, validate
from sync.documents.account import FAILURE, HOUSEHOLD, PERSON, STAFF, VERIFIER

KEY = bytes(range(32))
ORIGIN = "n-3f2a91c0.8d41"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOME, AMINA, FATOU, CLAIRE = "hbenali31xx", "pamina", "pfatou", "sclaire"
WRONG = "0123456789" + check("0123456789")


@pytest.fixture
def estate(database: Database) -> Database:
    """Amina and Fatou live behind one door, Lucien behind another; Claire works at HMP."""
    people = {AMINA: "Amina", FATOU: "Fatou"}
    documents = [
        HOUSEHOLD.new(HOME, residence="figuiers", staircase="figuiers-b", door="31"),
        *(
            PERSON.new(id, household=HOME, first_name=name, last_name="Benali", language="ar")
            for id, name in people.items()
        ),
        HOUSEHOLD.new("hlucien", residence="figuiers", staircase="figuiers-a", door="2"),
        PERSON.new("plucien", household="hlucien", title="M.", last_name="Carbone"),
        STAFF.new(CLAIRE, name="Claire Martin", role="agent"),
    ]
    assert all(row.rev for row in database.bulk("accounts", documents))
    return database


@pytest.fixture
def verifier(estate: Database) -> Verifier:
    return Verifier(estate, KEY, ORIGIN)


@pytest.fixture
def amina(verifier: Verifier) -> Issued:
    return verifier.issue(HOME, AMINA, NOON, ORIGIN)


def fail(verifier: Verifier, times: int, account: str = HOME, now: datetime = NOON) -> datetime:
    """Try a wrong code so many times, each as soon as it is judged; returns when the last was."""
    for _ in range(times):
        answer = verifier.by_code(account, WRONG, now)
        assert isinstance(answer, Refused)
        if answer.why == "early":
            now += timedelta(seconds=answer.wait_seconds)
            answer = verifier.by_code(account, WRONG, now)
        assert answer.why == "wrong"
    return now


def test_the_code_tells_who_of_the_household_it_is(verifier: Verifier, amina: Issued) -> None:
    fatou = verifier.issue(HOME, FATOU, NOON, ORIGIN)
    known = verifier.by_code(HOME, show(amina.code).lower(), NOON)
    assert isinstance(known, Entrance)
    assert known.who == Identity(AMINA, HOME, HOME, "", "Amina Benali", "ar")
    other = verifier.by_code(HOME, fatou.code, NOON)
    assert isinstance(other, Entrance)
    assert other.who.person == FATOU


def test_a_card_needs_neither_door_nor_code(verifier: Verifier, amina: Issued) -> None:
    known = verifier.by_card(amina.card.lower() + "\r\n", NOON)
    assert isinstance(known, Entrance)
    assert known.who == Identity(AMINA, HOME, HOME, "", "Amina Benali", "ar")
    assert verifier.by_card("RESI" + "B" * 26, NOON) is None
    assert verifier.by_card("not a card", NOON) is None


def test_staff_sign_in_by_their_name(verifier: Verifier) -> None:
    issued = verifier.issue(CLAIRE, CLAIRE, NOON, ORIGIN)
    known = Identity(CLAIRE, CLAIRE, "", "agent", "Claire Martin", "")
    for entrance in (
        verifier.by_code(CLAIRE, issued.code, NOON),
        verifier.by_card(issued.card, NOON),
    ):
        assert isinstance(entrance, Entrance)
        assert entrance.who == known


def test_a_code_opens_no_other_door(verifier: Verifier, amina: Issued) -> None:
    verifier.issue("hlucien", "plucien", NOON, ORIGIN)
    assert verifier.by_code("hlucien", amina.code, NOON) == Refused(0, "wrong")
    assert verifier.by_code(CLAIRE, amina.code, NOON) == Refused(0, "wrong")


def test_a_new_code_and_card_end_the_older_ones(verifier: Verifier, amina: Issued) -> None:
    again = verifier.issue(HOME, AMINA, NOON + timedelta(days=1), ORIGIN)
    assert verifier.by_code(HOME, amina.code, NOON) == Refused(0, "wrong")
    assert verifier.by_card(amina.card, NOON) is None
    assert isinstance(verifier.by_code(HOME, again.code, NOON), Entrance)
    assert isinstance(verifier.by_card(again.card, NOON), Entrance)


def apart(estate: Database, standing: dict[str, Any], fresh: dict[str, Any]) -> None:
    """Write an edit that another hall made of the same revision, as a replication does."""
    generation, digest = str(standing["_rev"]).split("-")
    elder = {"start": int(generation) + 1, "ids": ["f" * 32, digest]}
    document = {**fresh, "_rev": f"{int(generation) + 1}-{'f' * 32}", "_revisions": elder}
    estate.client.post_bulk_docs(db="accounts", bulk_docs={"docs": [document], "new_edits": False})


def test_of_codes_issued_in_two_halls_the_last_one_stays(
    estate: Database, verifier: Verifier, amina: Issued
) -> None:
    """The other hall's is older, yet the database picks it: its revision sorts behind ours."""
    id = VERIFIER.id(f"{HOME}:{AMINA}")
    standing = estate.get("accounts", id)
    assert standing is not None
    evening = NOON + timedelta(hours=6)
    here = verifier.issue(HOME, AMINA, NOON + timedelta(hours=2), ORIGIN)
    apart(estate, standing, {**standing, "at": "2026-11-22T13:00:00.000Z"})
    assert len(estate.leaves("accounts", id)) == 2
    assert verifier.by_code(HOME, amina.code, evening) == Refused(0, "wrong")
    assert verifier.by_card(amina.card, evening) is None
    assert isinstance(verifier.by_card(here.card, evening), Entrance)
    last = verifier.issue(HOME, AMINA, NOON + timedelta(hours=3), ORIGIN)
    assert len(estate.leaves("accounts", id)) == 1
    assert isinstance(verifier.by_code(HOME, last.code, evening), Entrance)


def test_a_code_of_a_clock_gone_wrong_does_not_end_the_one_that_stands(
    estate: Database, verifier: Verifier, amina: Issued
) -> None:
    standing = estate.get("accounts", VERIFIER.id(f"{HOME}:{AMINA}"))
    assert standing is not None
    verifier.issue(HOME, AMINA, NOON + timedelta(days=900), ORIGIN)
    apart(estate, standing, {**standing, "at": stamp(NOON + timedelta(minutes=1))})
    assert isinstance(verifier.by_code(HOME, amina.code, NOON), Entrance)


def test_who_has_moved_out_is_nobody(estate: Database, verifier: Verifier, amina: Issued) -> None:
    person = estate.get("accounts", PERSON.id(AMINA))
    assert person is not None
    estate.delete("accounts", person)
    assert verifier.by_code(HOME, amina.code, NOON) == Refused(0, "wrong")
    assert verifier.by_card(amina.card, NOON) is None


def test_another_estates_key_opens_nothing(estate: Database, amina: Issued) -> None:
    stranger = Verifier(estate, bytes(32), ORIGIN)
    assert stranger.by_code(HOME, amina.code, NOON) == Refused(0, "wrong")
    assert stranger.by_card(amina.card, NOON) is None


def test_no_secret_lies_in_the_database(estate: Database, amina: Issued) -> None:
    documents = estate.range("accounts", "", "\ufff0")
    kept = json.dumps(documents)
    assert amina.code not in kept
    assert amina.card not in kept
    assert amina.card[4:] not in kept
    for document in documents:
        validate(document)
        assert document["kind"] in KINDS


def test_fifty_wrong_codes_shut_nobody_out(verifier: Verifier, amina: Issued) -> None:
    last = fail(verifier, 50)
    early = verifier.by_code(HOME, amina.code, last + timedelta(seconds=1))
    assert early == Refused(59, "early")
    known = verifier.by_code(HOME, amina.code, last + timedelta(seconds=60))
    assert isinstance(known, Entrance)


def test_delays_begin_after_three_failures_and_end_at_a_minute() -> None:
    assert [delay(count) for count in range(12)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert delay(10**6) == 60


def test_the_right_code_clears_the_count(verifier: Verifier, amina: Issued) -> None:
    last = fail(verifier, 3)
    assert isinstance(verifier.by_code(HOME, amina.code, last), Entrance)
    assert verifier.by_code(HOME, WRONG, last) == Refused(0, "wrong")


def test_a_card_and_another_door_are_not_slowed(verifier: Verifier, amina: Issued) -> None:
    last = fail(verifier, 8)
    assert isinstance(verifier.by_card(amina.card, last), Entrance)
    assert verifier.by_code("hlucien", WRONG, last) == Refused(0, "wrong")


def test_another_node_counts_for_itself(
    estate: Database, verifier: Verifier, amina: Issued
) -> None:
    last = fail(verifier, 8)
    elsewhere = Verifier(estate, KEY, "n-00000000.0000")
    assert isinstance(elsewhere.by_code(HOME, amina.code, last), Entrance)


def test_a_door_nobody_knows_answers_alike(verifier: Verifier, amina: Issued) -> None:
    instants = [NOON + timedelta(seconds=3 * number) for number in range(8)]
    known = [verifier.by_code(HOME, WRONG, now) for now in instants]
    unknown = [verifier.by_code("hnowhere", WRONG, now) for now in instants]
    assert known == unknown
    assert {answer.why for answer in known if isinstance(answer, Refused)} == {"wrong", "early"}


@pytest.mark.parametrize("account", [HOME, "hnowhere"])
def test_one_hash_is_computed_whoever_lives_there(
    verifier: Verifier, amina: Issued, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier.issue(HOME, FATOU, NOON, ORIGIN)
    computed = []
    real = digests.hash_secret_raw

    def counted(**asked: object) -> bytes:
        computed.append(asked["memory_cost"])
        return bytes(real(**asked))

    monkeypatch.setattr(digests, "hash_secret_raw", counted)
    verifier.by_code(account, WRONG, NOON)
    assert computed == [19 * 1024]


def test_a_slip_of_the_finger_is_not_counted(verifier: Verifier, amina: Issued) -> None:
    for typed in ("", "K7R", WRONG[:-1] + "X", "x" * 500):
        assert verifier.by_code(HOME, typed, NOON) == Refused(0, "typo")
    assert fail(verifier, 3) == NOON


def test_a_clock_set_back_makes_nobody_wait(verifier: Verifier, amina: Issued) -> None:
    fail(verifier, 9)
    assert isinstance(verifier.by_code(HOME, amina.code, NOON - timedelta(days=900)), Entrance)


VERIFIERS = [
    {"code": 3},
    {"account": HOME, "person": "pzz", "code": "é\u202e", "card": "é", "method": 1},
    {"account": HOME, "person": "pzz", "code": "00", "card": "00", "method": [1]},
]
FAILURES: list[dict[str, Any]] = [
    {"count": "many"},
    {"count": 9, "last": "2026-02-31T99:00:00Z"},
    {"count": 1_000_000, "last": "2026-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("bad", VERIFIERS)
def test_a_verifier_that_is_not_sound_is_passed_over(
    estate: Database, verifier: Verifier, amina: Issued, bad: dict[str, Any]
) -> None:
    made = {"kind": "verifier", "v": 1, "at": "2026-11-22T12:00:00Z", "from": ORIGIN}
    estate.put("accounts", {"_id": VERIFIER.id(f"{HOME}:pzz"), **made, **bad})
    assert fail(verifier, 1) == NOON
    assert isinstance(verifier.by_code(HOME, amina.code, NOON), Entrance)


@pytest.mark.parametrize("bad", FAILURES)
def test_a_count_that_is_not_sound_shuts_nobody_out(
    estate: Database, verifier: Verifier, amina: Issued, bad: dict[str, Any]
) -> None:
    made = {"kind": "failure", "v": 1, "at": "2026-01-01T00:00:00Z", "from": ORIGIN}
    estate.put("accounts", {"_id": FAILURE.id(f"{HOME}:n-3f2a91c0"), **made, **bad})
    assert fail(verifier, 1) == NOON
    later = NOON + timedelta(seconds=60)
    assert isinstance(verifier.by_code(HOME, amina.code, later), Entrance)


def test_guesses_side_by_side_are_judged_one_after_the_other(
    verifier: Verifier, amina: Issued
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: verifier.by_code(HOME, WRONG, NOON), range(12)))
    judged = [a for a in answers if isinstance(a, Refused) and a.why == "wrong"]
    assert sorted(judged) == [Refused(0, "wrong")] * 3 + [Refused(1, "wrong")]
