"""Certificates made anew before they end, for the same keys, by whoever may."""

import stat
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.documents import validate
from sync.mesh.identity import authority as estates
from sync.mesh.identity import csr, ledger
from sync.mesh.identity.certificate import HOME_LIFE, NODE_LIFE
from sync.mesh.identity.enrolment import enroll
from sync.mesh.identity.errors import NotOurs, Refused
from sync.mesh.identity.identity import Identity, read
from sync.mesh.identity.ledger import Entry, Ledger
from sync.mesh.identity.renewal import (
    Renewed,
    adopt,
    answer,
    is_due,
    issue_due,
    request,
    wants,
)

LATE = NODE_LIFE * 0.9
HOME_LATE = HOME_LIFE * 0.9


def again(identity: Identity) -> Identity:
    found = read(identity.folder.parent)
    assert found is not None
    return found


@pytest.fixture
def office(cast: Any) -> Identity:
    """The landlord's machine, where the estate was made, with Hall B in its book."""
    landlord = cast.landlord()
    bare = Entry(landlord.node.node, "HMP", "landlord")
    certificate = estates.write_chain(landlord.credentials.chain)
    own = replace(bare, certificate=certificate, serials=(f"{landlord.node.serials[0]:x}",))
    estates.keep(cast.authority, landlord.estate)
    ledger.begin(landlord.estate, Ledger("e-figuiers", "Les Figuiers", {own.id: own}))
    return again(landlord)


@pytest.fixture
def hall(cast: Any, office: Identity) -> Identity:
    """Hall B, which the office has made."""
    bare = Entry("n-0000000b", "Hall B", "kiosk")
    entry, credentials = enroll(cast.authority, bare, cast.now, homes=True)
    with ledger.changing(office.estate) as book:
        book.put(entry)
    return cast.settle("hall", credentials)


@pytest.fixture
def home(cast: Any, hall: Identity) -> Identity:
    return cast.settle("home", cast.home(hall.credentials.homes))


def test_a_certificate_wants_renewal_in_the_last_third_of_its_life(cast: Any) -> None:
    ends = cast.now + timedelta(days=300)
    assert not is_due(cast.now, ends, cast.now + timedelta(days=199))
    assert is_due(cast.now, ends, cast.now + timedelta(days=200))
    assert is_due(cast.now, ends, ends + timedelta(days=1))


def test_a_kiosk_wants_it_for_its_intermediate_too(cast: Any, hall: Identity) -> None:
    fresh = cast.authority.certify(hall.key.public_key(), cast.subject, "kiosk", cast.now + LATE)
    renewed = replace(hall, credentials=replace(hall.credentials, chain=fresh))
    assert not wants(hall, cast.now)
    assert not wants(renewed, cast.now + NODE_LIFE * 0.5)
    assert wants(renewed, cast.now + LATE * 1.2)


def test_a_kiosk_gets_certificates_for_its_own_keys(
    cast: Any, office: Identity, hall: Identity
) -> None:
    at = cast.now + LATE
    assert adopt(hall, answer(office, hall.node, request(hall), at))
    renewed = again(hall)
    assert renewed.key.public_key() == hall.key.public_key()
    assert renewed.node.ends > hall.node.ends
    assert not wants(renewed, at)
    assert stat.S_IMODE((hall.folder / "chain.pem").stat().st_mode) == 0o600
    book = ledger.read(office.estate)
    assert len(book.nodes["n-0000000b"].serials) == 4


def test_homes_that_joined_before_are_still_of_the_kiosk(
    cast: Any, office: Identity, hall: Identity, home: Identity
) -> None:
    adopt(hall, answer(office, hall.node, request(hall), cast.now + LATE))
    renewed = again(hall)
    assert adopt(home, answer(renewed, home.node, request(home), cast.now + HOME_LATE))
    assert again(home).node.role == "home"


def test_whoever_asks_twice_gets_the_same(cast: Any, office: Identity, hall: Identity) -> None:
    at = cast.now + LATE
    first = answer(office, hall.node, request(hall), at)
    assert answer(office, hall.node, request(hall), at) == first


def test_a_home_keeps_its_id_and_its_household(cast: Any, hall: Identity, home: Identity) -> None:
    assert adopt(home, answer(hall, home.node, request(home), cast.now + HOME_LATE))
    renewed = again(home)
    assert renewed.node.node == home.node.node
    assert renewed.node.households == home.node.households
    assert renewed.node.ends > home.node.ends


def test_nobody_gets_any_before_it_is_due(cast: Any, hall: Identity, home: Identity) -> None:
    with pytest.raises(Refused, match="early"):
        answer(hall, home.node, request(home), cast.now)


def test_a_kiosk_gives_none_to_another_kiosk(cast: Any, hall: Identity) -> None:
    with pytest.raises(Refused, match="authority"):
        answer(hall, hall.node, request(hall), cast.now + LATE)


def test_a_revoked_or_unknown_node_gets_none(cast: Any, office: Identity, hall: Identity) -> None:
    with ledger.changing(office.estate) as book:
        book.revoke(book.nodes[hall.node.node], "2026-11-28T09:00:00Z")
    for peer in (hall.node, replace(hall.node, node="n-00000bad")):
        with pytest.raises(Refused, match="revoked"):
            answer(office, peer, request(hall), cast.now + LATE)


def test_another_key_gets_none(cast: Any, office: Identity, hall: Identity, home: Identity) -> None:
    other = csr.write(Ed25519PrivateKey.generate(), "Hall B")
    for giver, asker, late in ((office, hall, LATE), (hall, home, HOME_LATE)):
        with pytest.raises(NotOurs, match="another key"):
            answer(giver, asker.node, other, cast.now + late)
        with pytest.raises(NotOurs, match="no request"):
            answer(giver, asker.node, "junk", cast.now + late)


def test_the_authority_makes_them_unasked_and_once(
    cast: Any, office: Identity, hall: Identity
) -> None:
    assert issue_due(office, cast.now, "n-000000ff.1") == []
    made = issue_due(office, cast.now + LATE, "n-000000ff.1")
    assert sorted(each["node"] for each in made) == ["n-0000000b", "n-000000ff"]
    for each in made:
        validate(each)
    assert issue_due(office, cast.now + LATE, "n-000000ff.1") == []
    mine = next(each for each in made if each["node"] == "n-0000000b")
    assert adopt(hall, Renewed(mine["chain"], mine["homes"]))
    assert not wants(again(hall), cast.now + LATE)
    assert issue_due(hall, cast.now + LATE, "n-0000000b.1") == []


def test_what_is_not_for_us_or_not_ours_changes_nothing(
    cast: Any, others: Any, office: Identity, hall: Identity
) -> None:
    at, public = cast.now + LATE, hall.key.public_key()
    good = answer(office, hall.node, request(hall), at)
    stranger = others.authority.certify(public, cast.subject, "kiosk", at)
    landlord = cast.authority.certify(public, cast.subject, "landlord", at)
    before = {path.name: path.read_bytes() for path in hall.folder.iterdir()}
    other = cast.credentials(cast.subject, "kiosk", at)
    for chain in (stranger, landlord, other.chain):
        assert not adopt(hall, Renewed(estates.write_chain(chain)))
    assert not adopt(hall, Renewed(good.chain, estates.write_chain(other.homes.chain)))
    assert not adopt(hall, Renewed(good.chain, good.chain))
    assert not adopt(hall, Renewed("junk"))
    assert not adopt(hall, Renewed(estates.write_chain(hall.credentials.chain)))
    assert {path.name: path.read_bytes() for path in hall.folder.iterdir()} == before


def test_an_older_chain_does_not_come_back(cast: Any, office: Identity, hall: Identity) -> None:
    old = Renewed(estates.write_chain(hall.credentials.chain))
    adopt(hall, answer(office, hall.node, request(hall), cast.now + LATE))
    assert not adopt(again(hall), old)
