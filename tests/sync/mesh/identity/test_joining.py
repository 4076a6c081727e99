"""How a home joins: both sides, and whoever stands in between."""

import json
from datetime import timedelta
from typing import Any

import pytest

from sync.documents import validate
from sync.documents.account import HOUSEHOLD, PERSON, VERIFIER
from sync.documents.kind import Document
from sync.mesh.identity.chain import admitted
from sync.mesh.identity.errors import NotOurs, Refused
from sync.mesh.identity.homes import record
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.invitations import LIFE, MOST, TRIES, Invitations
from sync.mesh.identity.joining import Joined, apply, take, welcome
from sync.mesh.identity.pem import write_chain

HOME = "hamina23456"
DOOR = {"residence": "figuiers", "staircase": "figuiers-b", "door": "31"}
KNOWN: list[Document] = [
    {**HOUSEHOLD.new(HOME, **DOOR), "_rev": "1-a"},
    PERSON.new("pamina", household=HOME, last_name="Benali"),
    PERSON.new("plucien", household="hlucien", last_name="Martin"),
    HOUSEHOLD.new("hlucien", **DOOR),
    VERIFIER.new(
        f"{HOME}:pamina",
        account=HOME,
        person="pamina",
        code="00",
        card="00",
        at="2026-11-28T09:00:00Z",
        origin="n-0000000b.1",
    ),
]
WRONG = "0000000000"


@pytest.fixture
def kiosk(cast: Any) -> Identity:
    return cast.kiosk()


@pytest.fixture
def leaf(kiosk: Identity) -> bytes:
    return kiosk.leaf


@pytest.fixture
def invitations() -> Invitations:
    return Invitations()


def joined(cast: Any, kiosk: Identity, code: str, invitations: Invitations, leaf: bytes) -> Joined:
    application = apply(code, "Salon")
    asked = json.loads(json.dumps(application.request(leaf)))
    invitation = take(invitations, asked, leaf, cast.now)
    answer = welcome(kiosk, invitation, asked, KNOWN, leaf, cast.now)
    return application.accept(json.loads(json.dumps(answer)), leaf)


def test_a_computer_joins_with_the_code_that_is_shown(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes
) -> None:
    code = invitations.issue(HOME, cast.now)
    assert len(code) == 10
    home = joined(cast, kiosk, f" {code[:5].lower()}-{code[5:]} ", invitations, leaf)
    settled = cast.settle("home", home.credentials)
    assert (settled.node.role, settled.node.name) == ("home", "Salon")
    assert settled.node.households == (HOME,)
    assert home.estate == "Les Figuiers"
    admitted(settled.node, cast.now, (), certain=True)


def test_a_home_learns_of_its_household_alone_and_no_secret(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes
) -> None:
    home = joined(cast, kiosk, invitations.issue(HOME, cast.now), invitations, leaf)
    assert [each["_id"] for each in home.documents] == [f"household:{HOME}", "person:pamina"]
    assert all("_rev" not in each for each in home.documents)
    assert home.household is not None
    assert home.household["staircase"] == "figuiers-b"


def test_what_a_kiosk_sends_beside_the_household_is_left(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes
) -> None:
    code = invitations.issue(HOME, cast.now)
    application = apply(code, "Salon")
    asked = application.request(leaf)
    invitation = take(invitations, asked, leaf, cast.now)
    answer = welcome(kiosk, invitation, asked, KNOWN, leaf, cast.now)
    assert "verifier" not in json.dumps(answer)
    assert "Martin" not in json.dumps(answer)
    assert "key" not in " ".join(answer)


def refused(invitations: Invitations, code: str, leaf: bytes, at: Any) -> str:
    with pytest.raises(Refused) as error:
        take(invitations, apply(code, "Salon").request(leaf), leaf, at)
    return error.value.word


def test_after_three_wrong_codes_the_right_one_is_gone(
    cast: Any, invitations: Invitations, leaf: bytes
) -> None:
    code = invitations.issue(HOME, cast.now)
    for _ in range(TRIES):
        assert refused(invitations, WRONG, leaf, cast.now) == "code"
    assert refused(invitations, code, leaf, cast.now) == "gone"


def test_after_two_wrong_codes_the_right_one_still_serves(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes
) -> None:
    code = invitations.issue(HOME, cast.now)
    for _ in range(TRIES - 1):
        refused(invitations, WRONG, leaf, cast.now)
    assert joined(cast, kiosk, code, invitations, leaf).documents


def test_a_code_serves_for_five_minutes(cast: Any, invitations: Invitations, leaf: bytes) -> None:
    code = invitations.issue(HOME, cast.now)
    asked = apply(code, "Salon").request(leaf)
    almost = cast.now + LIFE - timedelta(seconds=1)
    assert take(invitations, asked, leaf, almost).household == HOME
    code = invitations.issue(HOME, cast.now)
    assert refused(invitations, code, leaf, cast.now + timedelta(minutes=5)) == "gone"


def test_a_clock_set_back_ends_a_code(cast: Any, invitations: Invitations, leaf: bytes) -> None:
    code = invitations.issue(HOME, cast.now)
    assert refused(invitations, code, leaf, cast.now - timedelta(hours=1)) == "gone"


def test_a_request_that_was_listened_to_serves_nobody_again(
    cast: Any, invitations: Invitations, leaf: bytes
) -> None:
    asked = apply(invitations.issue(HOME, cast.now), "Salon").request(leaf)
    take(invitations, asked, leaf, cast.now)
    with pytest.raises(Refused, match="gone"):
        take(invitations, asked, leaf, cast.now)
    invitations.issue(HOME, cast.now)
    with pytest.raises(Refused, match="code"):
        take(invitations, asked, leaf, cast.now)


def test_another_key_under_a_listened_mac_is_refused(
    cast: Any, invitations: Invitations, leaf: bytes
) -> None:
    code = invitations.issue(HOME, cast.now)
    asked = apply(code, "Salon").request(leaf)
    own = apply(WRONG, "Salon").request(leaf)
    with pytest.raises(Refused, match="code"):
        take(invitations, {**own, "mac": asked["mac"]}, leaf, cast.now)


def test_whoever_stands_in_between_with_another_certificate_gets_nothing(
    cast: Any, others: Any, invitations: Invitations, leaf: bytes
) -> None:
    between = others.kiosk().leaf
    code = invitations.issue(HOME, cast.now)
    asked = apply(code, "Salon").request(between)  # the home saw theirs, they hand it on
    with pytest.raises(Refused, match="code"):
        take(invitations, asked, leaf, cast.now)


def test_an_answer_from_who_does_not_know_the_code_is_no_answer(
    cast: Any, others: Any, invitations: Invitations
) -> None:
    impostor, theirs = others.kiosk(), Invitations()
    leaf = impostor.leaf
    application = apply(invitations.issue(HOME, cast.now), "Salon")
    theirs.issue(HOME, cast.now)
    guessed = theirs._shown[0]
    answer = welcome(impostor, guessed, application.request(leaf), KNOWN, leaf, cast.now)
    with pytest.raises(NotOurs, match="signature"):
        application.accept(answer, leaf)


@pytest.mark.parametrize("field", ["chain", "root", "households", "documents", "mac"])
def test_a_changed_answer_is_no_answer(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes, field: str
) -> None:
    application = apply(invitations.issue(HOME, cast.now), "Salon")
    asked = application.request(leaf)
    answer = welcome(kiosk, take(invitations, asked, leaf, cast.now), asked, [], leaf, cast.now)
    for changed in ({**answer, field: "x"}, {k: v for k, v in answer.items() if k != field}):
        with pytest.raises(NotOurs, match="signature"):
            application.accept(changed, leaf)


def test_an_answer_does_not_pass_for_a_request(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes
) -> None:
    application = apply(invitations.issue(HOME, cast.now), "Salon")
    with pytest.raises(NotOurs, match="signature"):
        application.accept(application.request(leaf), leaf)


@pytest.mark.parametrize(
    "asked",
    [{}, {"csr": 1, "mac": "aa"}, {"csr": "x", "mac": "é"}, {"csr": "x", "mac": "A" * 43}],
)
def test_what_is_no_request_costs_no_try(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes, asked: dict[str, Any]
) -> None:
    code = invitations.issue(HOME, cast.now)
    for _ in range(TRIES):
        with pytest.raises(NotOurs):
            take(invitations, asked, leaf, cast.now)
    assert joined(cast, kiosk, code, invitations, leaf).documents


def test_a_household_has_one_code_at_a_time_and_a_kiosk_a_few(
    cast: Any, invitations: Invitations, leaf: bytes
) -> None:
    first = invitations.issue(HOME, cast.now)
    second = invitations.issue(HOME, cast.now)
    assert refused(invitations, first, leaf, cast.now) == "code"
    asked = apply(second, "Salon").request(leaf)
    for number in range(MOST):
        invitations.issue(f"h{number}", cast.now)
    with pytest.raises(Refused, match="code"):
        take(invitations, asked, leaf, cast.now)


def test_no_code_and_no_key_is_shown_in_a_repr(cast: Any, invitations: Invitations) -> None:
    code = invitations.issue(HOME, cast.now)
    application = apply(code, "Salon")
    invitation = invitations._shown[0]
    for each in (application, invitation):
        assert code not in repr(each)
        assert "PrivateKey" not in repr(each)
        assert repr(application.key) not in repr(each)


def test_the_landlord_makes_no_homes(cast: Any, invitations: Invitations, leaf: bytes) -> None:
    asked = apply(invitations.issue(HOME, cast.now), "Salon").request(leaf)
    invitation = take(invitations, asked, leaf, cast.now)
    with pytest.raises(Refused, match="authority"):
        welcome(cast.landlord(), invitation, asked, KNOWN, leaf, cast.now)


def test_a_joined_home_is_written_down_with_all_its_serials(
    cast: Any, kiosk: Identity, invitations: Invitations, leaf: bytes
) -> None:
    home = joined(cast, kiosk, invitations.issue(HOME, cast.now), invitations, leaf)
    chain = write_chain(home.credentials.chain)
    first = record(chain, cast.now, "n-0000000b.1")
    validate(first)
    renewed = write_chain(cast.home(kiosk.credentials.homes).chain)
    second = record(renewed, cast.now, "n-0000000b.1", {**first, "_rev": "1-a"})
    assert len(second["serials"]) == 2
    assert second["_rev"] == "1-a"
