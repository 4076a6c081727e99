"""What someone was writing when their visit ended: sealed for its owner, on a real database."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.access.issue import Issued
from kiosk.access.keyring import MOST, Keyring
from kiosk.access.marks import GOOD, Owner, mark, owner_of
from kiosk.access.people import Identity
from kiosk.access.seal import (
    Keys,
    Unopened,
    decode,
    disclose,
    enclose,
    encode,
    new_seal,
    public_half,
    unwrap,
)
from kiosk.access.sessions import Session
from kiosk.access.verify import Entrance, Verifier
from kiosk.drafts import LONGEST, Drafts
from sync.database import Database
from sync.documents import validate
from sync.documents.account import HOUSEHOLD, PERSON, VERIFIER
from sync.documents.draft import DRAFT, KEPT

KEY = bytes(range(32))
ORIGIN = "n-3f2a91c0.8d41"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOME, AMINA, FATOU = "hbenali31xx", "pamina", "pfatou"
WAY = "/report/resume"
TYPED = [
    ("what", "lift"),
    ("sign", "lift-out"),
    ("sign", "lift-stuck"),
    ("words", "Il est bloqué."),
]
ID = DRAFT.id(f"{AMINA}:report")

slow = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def verifier(database: Database) -> Verifier:
    """Amina and Fatou live behind one door."""
    door = {"residence": "figuiers", "staircase": "figuiers-b", "door": "31"}
    people = [PERSON.new(id, household=HOME, last_name="Benali") for id in (AMINA, FATOU)]
    database.bulk("accounts", [HOUSEHOLD.new(HOME, **door), *people])
    return Verifier(database, KEY, ORIGIN)


@pytest.fixture
def amina(verifier: Verifier) -> Issued:
    return verifier.issue(HOME, AMINA, NOON, ORIGIN)


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database, KEY, ORIGIN)


def session(person: str = AMINA) -> Session:
    who = Identity(person, HOME, HOME, "", "Amina", "fr")
    return Session(**who._asdict(), mode="kiosk", opened=NOON, seen=NOON, idle=timedelta(minutes=5))


def write(drafts: Drafts, fields: Any = TYPED, person: str = AMINA, now: datetime = NOON) -> str:
    """Keep what was typed in a form of a session that is over; says what became of it."""
    word = drafts.mark(session(person), "over", "report", WAY, now).word
    drafts.keys.drop("over")
    owner = drafts.owner(word, now)
    assert owner is not None
    return drafts.keep(owner, fields, now)


def enter(drafts: Drafts, entrance: object, visit: str = "visit") -> None:
    assert isinstance(entrance, Entrance)
    drafts.keys.hold(visit, entrance.key)


def test_code_and_card_both_open_it_and_nothing_else_does(
    verifier: Verifier, amina: Issued, drafts: Drafts
) -> None:
    assert write(drafts) == "kept"
    assert drafts.all("visit", AMINA, NOON) == []
    for entrance in (
        verifier.by_code(HOME, amina.code, NOON),
        verifier.by_card(amina.card, NOON),
    ):
        enter(drafts, entrance)
        (draft,) = drafts.all("visit", AMINA, NOON)
        assert list(draft.fields.items(multi=True)) == TYPED
        assert (draft.form, draft.way) == ("report", WAY)
        drafts.keys.drop("visit")
        assert drafts.all("visit", AMINA, NOON) == []


def test_another_of_the_household_finds_nothing(
    verifier: Verifier, amina: Issued, drafts: Drafts, database: Database
) -> None:
    fatou = verifier.issue(HOME, FATOU, NOON, ORIGIN)
    write(drafts)
    enter(drafts, verifier.by_card(fatou.card, NOON))
    assert drafts.all("visit", FATOU, NOON) == []
    # Were the document passed off as hers, her key would not open it.
    hers = {**(database.get("node", ID) or {}), "_id": DRAFT.id(f"{FATOU}:report")}
    hers["public"] = drafts.keys.own("visit")
    database.put("node", {k: v for k, v in hers.items() if k != "_rev"})
    assert drafts.all("visit", FATOU, NOON) == []


def test_nothing_of_it_can_be_read_on_the_disk(
    amina: Issued, drafts: Drafts, database: Database
) -> None:
    write(drafts)
    document = database.get("node", ID)
    assert document
    validate(document)
    kept = json.dumps(document)
    assert "bloqu" not in kept
    assert "lift" not in kept
    assert DRAFT.database == "node"


def test_what_is_kept_tells_little_by_its_length(
    amina: Issued, drafts: Drafts, database: Database
) -> None:
    lengths = set()
    for words in ("Oui", "Le bouton du troisième ne répond plus."):
        write(drafts, [("words", words)])
        lengths.add(len((database.get("node", ID) or {})["sealed"]))
    assert len(lengths) == 1


def test_no_secret_and_no_word_of_the_form_is_kept(
    verifier: Verifier, amina: Issued, drafts: Drafts
) -> None:
    names = ("csrf", "owner", "code", "card", "scan")
    write(drafts, [*((name, "x") for name in names), ("words", "Bonjour")])
    enter(drafts, verifier.by_card(amina.card, NOON))
    (draft,) = drafts.all("visit", AMINA, NOON)
    assert list(draft.fields) == ["words"]


def test_one_draft_of_a_person_and_form_the_last_one(
    verifier: Verifier, amina: Issued, drafts: Drafts
) -> None:
    for words in ("Un", "Deux"):
        write(drafts, [("words", words)])
    enter(drafts, verifier.by_card(amina.card, NOON))
    assert [d.fields["words"] for d in drafts.all("visit", AMINA, NOON)] == ["Deux"]


def test_a_new_code_makes_older_drafts_unreadable_and_they_go(
    verifier: Verifier, amina: Issued, drafts: Drafts, database: Database
) -> None:
    write(drafts)
    again = verifier.issue(HOME, AMINA, NOON + timedelta(hours=1), ORIGIN)
    enter(drafts, verifier.by_code(HOME, again.code, NOON))
    assert drafts.all("visit", AMINA, NOON) == []
    assert database.get("node", ID) is None


def test_what_is_too_long_is_not_kept(amina: Issued, drafts: Drafts, database: Database) -> None:
    assert write(drafts, [("words", "é" * LONGEST)]) == "long"
    assert database.get("node", ID) is None


def test_a_draft_waits_a_week_and_is_then_purged(
    verifier: Verifier, amina: Issued, drafts: Drafts, database: Database
) -> None:
    write(drafts)
    enter(drafts, verifier.by_card(amina.card, NOON))
    end = NOON + KEPT
    assert drafts.shelf.sweep(end - timedelta(seconds=1)) == 0
    assert len(drafts.all("visit", AMINA, end - timedelta(seconds=1))) == 1
    assert drafts.all("visit", AMINA, end) == []
    drafts.shelf.tidy(end)
    assert database.get("node", ID) is None


HOSTILE: list[dict[str, Any]] = [
    {"sealed": "AAAA"},
    {"sealed": "é"},
    {"sealed": "A"},
    {"sealed": 7},
    {"sealed": "A" * 100_000},
    {"ends": "tomorrow"},
    {"at": "2026-11-22T12:00:01.000Z"},
    {"kind": "session"},
]


def test_a_draft_that_is_torn_or_forged_is_set_aside_and_told(
    verifier: Verifier,
    amina: Issued,
    drafts: Drafts,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    enter(drafts, verifier.by_card(amina.card, NOON))
    for harm in HOSTILE:
        assert write(drafts) == "kept"  # what is damaged stands in nobody's way
        assert len(drafts.all("visit", AMINA, NOON)) == 1
        database.put("node", {**(database.get("node", ID) or {}), **harm})
        caplog.clear()
        assert drafts.all("visit", AMINA, NOON) == [], harm
        assert "set aside" in caplog.text


SEALED = [
    *(b"", b"\xff", b"[]", b"null", b"[" * 20_000),
    *(b'{"way": "/"}', b'{"way": "/", "fields": 7}', b'{"way": "/", "fields": [["a"]]}'),
]


def test_what_anyone_may_seal_to_a_public_key_breaks_nothing(
    verifier: Verifier, amina: Issued, drafts: Drafts, database: Database
) -> None:
    enter(drafts, verifier.by_card(amina.card, NOON))
    write(drafts)
    for content in SEALED:
        standing = database.get("node", ID) or {}
        about = f"residacoeur draft 1\0{ID}\0{standing['at']}"
        sealed = encode(enclose(decode(standing["public"]), content, about))
        database.put("node", {**standing, "sealed": sealed})
        assert drafts.all("visit", AMINA, NOON) == []


def test_a_forged_draft_leads_to_no_other_site(
    verifier: Verifier, amina: Issued, drafts: Drafts
) -> None:
    enter(drafts, verifier.by_card(amina.card, NOON))
    public = drafts.keys.public("visit", HOME, AMINA)
    drafts.keep(Owner(AMINA, "report", "//example.org/", public), TYPED, NOON)
    assert [d.way for d in drafts.all("visit", AMINA, NOON)] == ["/"]


def old(database: Database, **without: Any) -> None:
    """Make Amina's verifier one of before there were keys."""
    id = VERIFIER.id(f"{HOME}:{AMINA}")
    known = database.get("accounts", id) or {}
    database.put("accounts", {k: v for k, v in {**known, **without}.items() if k != "seal"})


def test_who_has_an_older_card_comes_in_and_is_promised_nothing(
    verifier: Verifier, amina: Issued, drafts: Drafts, database: Database
) -> None:
    old(database)
    entrance = verifier.by_card(amina.card, NOON)
    assert entrance is not None
    assert entrance.key is None
    enter(drafts, entrance)
    assert not drafts.mark(session(), "visit", "report", WAY, NOON).kept
    assert write(drafts) == "lost"
    assert database.get("node", ID) is None


def test_a_seal_that_another_swapped_opens_nothing_and_keeps_nobody_out(
    verifier: Verifier, amina: Issued, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    id = VERIFIER.id(f"{HOME}:{AMINA}")
    other = new_seal(Keys(bytes(32), bytes(32)), f"{HOME}:{AMINA}")
    known = database.get("accounts", id) or {}
    for seal in (other, {**known["seal"], "public": other["public"]}, {**other, "card": "A"}):
        database.put("accounts", {**(database.get("accounts", id) or {}), "seal": seal})
        entrance = verifier.by_card(amina.card, NOON)
        assert entrance is not None
        assert entrance.key is None
    assert "set aside" in caplog.text


def test_a_public_key_that_is_none_keeps_nothing() -> None:
    drafts = Drafts(Database("http://127.0.0.1:9", "", ""), KEY, ORIGIN)
    for public in (b"", b"short", bytes(32)):
        assert drafts.keep(Owner(AMINA, "report", WAY, public), TYPED, NOON) == "lost"


PAIR = bytearray(range(1, 33))
STRANGER = bytearray(range(2, 34))


@given(content=st.binary(max_size=2000), about=st.text(max_size=50))
def test_what_is_sealed_is_opened_by_its_key_alone(content: bytes, about: str) -> None:
    closed = enclose(public_half(PAIR), content, about)
    assert disclose(PAIR, closed, about) == content
    for key, under in ((STRANGER, about), (PAIR, about + ".")):
        with pytest.raises(Unopened):
            disclose(key, closed, under)


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(at: int, bit: int) -> None:
    closed = bytearray(enclose(public_half(PAIR), b"Bonjour", ""))
    closed[at % len(closed)] ^= 1 << bit
    with pytest.raises(Unopened):
        disclose(PAIR, bytes(closed), "")


@given(code=st.binary(min_size=32, max_size=32), card=st.binary(min_size=32, max_size=32))
def test_either_key_unwraps_the_private_half_for_its_owner_alone(code: bytes, card: bytes) -> None:
    seal = new_seal(Keys(code, card), "h:p")
    assert unwrap(seal, "code", code, "h:p") == unwrap(seal, "card", card, "h:p")
    for way, key, owner in (("code", code, "h:q"), ("card", bytes(32), "h:p")):
        if key == card:
            continue
        with pytest.raises(Unopened):
            unwrap(seal, way, key, owner)  # type: ignore[arg-type]


@slow
@given(
    fields=st.lists(
        st.tuples(st.sampled_from(["words", "sign", "key"]), st.text(max_size=200)), max_size=8
    )
)
def test_whatever_was_typed_comes_back_as_it_was(
    verifier: Verifier, drafts: Drafts, database: Database, fields: list[tuple[str, str]]
) -> None:
    drafts.keys.hold("visit", bytearray(PAIR))
    owner = Owner(AMINA, "report", WAY, drafts.keys.public("visit", HOME, AMINA))
    assert drafts.keep(owner, fields, NOON) == "kept"
    (draft,) = drafts.all("visit", AMINA, NOON)
    back = list(draft.fields.items(multi=True))
    assert sorted(back) == sorted((n, v.encode("utf-8", "replace").decode()) for n, v in fields)


def test_a_mark_is_given_by_this_portal_alone_and_not_for_ever() -> None:
    owner = Owner(AMINA, "report", WAY, bytes(32))
    word = mark(KEY, owner, NOON)
    assert owner_of(KEY, word, NOON) == owner
    assert owner_of(KEY, word, NOON + GOOD) is None
    body, _, proof = word.rpartition(".")
    for forged in (
        "",
        "x",
        ".",
        "é.é",
        f"{body}.",
        f"{body}x.{proof}",
        mark(bytes(32), owner, NOON),
    ):
        assert owner_of(KEY, forged, NOON) is None


def test_the_keys_of_a_visit_are_overwritten_at_its_end(database: Database) -> None:
    ring = Keyring(database)
    private = bytearray(PAIR)
    ring.hold("visit", private)
    assert ring.opens("visit")
    ring.drop("visit")
    assert private == bytes(32)
    assert not ring.opens("visit")
    first = bytearray(PAIR)
    ring.hold("first", first)
    for number in range(MOST):
        ring.hold(f"v{number}", None)
    assert first == bytes(32)
