"""Who is proved by which certificates, whatever they claim."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.mesh.identity.certificate import HOMES_LIFE, NODE_LIFE, Issuer, make_homes, make_node
from sync.mesh.identity.chain import Peer, admitted, der, moved_out, peer_of
from sync.mesh.identity.claims import Subject, home_id
from sync.mesh.identity.errors import NotOurs, Refused
from sync.mesh.identity.identity import Credentials


def proved(credentials: Credentials) -> Peer:
    return peer_of(der(credentials.chain), credentials.root)


def refused(cast: Any, *chain: Any) -> str:
    with pytest.raises(NotOurs) as error:
        peer_of(der(chain), cast.authority.root)
    return error.value.word


@pytest.fixture
def hall_b(cast: Any) -> Subject:
    return Subject("n-0000000b", "Hall B")


def test_the_root_says_who_is_kiosk_and_who_is_landlord(cast: Any, hall_b: Subject) -> None:
    for role in ("kiosk", "landlord"):
        peer = proved(cast.credentials(hall_b, role))
        assert (peer.node, peer.name, peer.role) == ("n-0000000b", "Hall B", role)
        assert peer.households == ()
        assert len(peer.serials) == 1


def test_a_home_has_its_household_and_the_serials_of_both(cast: Any, hall_b: Subject) -> None:
    homes = cast.homes(hall_b)
    home = cast.home(homes)
    peer = proved(home)
    assert (peer.role, peer.households) == ("home", ("hamina23456",))
    assert peer.node == home_id(home.key.public_key())
    assert peer.serials == (home.chain[0].serial_number, homes.chain[0].serial_number)


def test_the_root_at_the_end_of_a_chain_changes_nothing(cast: Any, hall_b: Subject) -> None:
    home = cast.home(cast.homes(hall_b))
    assert peer_of(der([*home.chain, home.root]), home.root) == proved(home)


def test_what_a_kiosk_signs_is_a_home_whatever_it_claims(cast: Any, hall_b: Subject) -> None:
    homes = cast.homes(hall_b)
    issuer = Issuer(homes.chain[0], homes.key)
    public = Ed25519PrivateKey.generate().public_key()
    for role in ("kiosk", "landlord"):
        claims = make_node(issuer, public, Subject(home_id(public), "HMP"), role, cast.now)
        assert peer_of(der([claims, *homes.chain]), cast.authority.root).role == "home"


def test_what_a_kiosk_signs_cannot_take_the_id_of_a_hall(cast: Any, hall_b: Subject) -> None:
    homes = cast.homes(hall_b)
    public = Ed25519PrivateKey.generate().public_key()
    other = Ed25519PrivateKey.generate().public_key()
    for stolen in ("n-000000ff", home_id(other)):
        node = Subject(stolen, "HMP")
        taken = make_node(Issuer(homes.chain[0], homes.key), public, node, "kiosk", cast.now)
        assert refused(cast, taken, *homes.chain) == "certificate"


def test_another_estate_of_the_same_name_is_not_ours(
    cast: Any, others: Any, hall_b: Subject
) -> None:
    theirs = others.credentials(hall_b, "kiosk")
    assert refused(cast, *theirs.chain) == "estate"
    assert refused(cast, *theirs.chain, theirs.root) == "estate"
    assert refused(cast, *others.home(theirs.homes).chain) == "estate"


def test_a_home_under_an_intermediate_of_another_estate_is_not_ours(
    cast: Any, others: Any, hall_b: Subject
) -> None:
    forged = others.home(others.homes(hall_b))
    assert refused(cast, forged.chain[0], *cast.homes(hall_b).chain) == "estate"


def test_a_node_signs_no_node(cast: Any, hall_b: Subject) -> None:
    kiosk = cast.credentials(hall_b, "kiosk")
    public = Ed25519PrivateKey.generate().public_key()
    issuer = Issuer(kiosk.chain[0], kiosk.key)
    for role in ("home", "kiosk"):
        below = make_node(issuer, public, Subject(home_id(public), "Salon"), role, cast.now)
        assert refused(cast, below, kiosk.chain[0]) == "certificate"


def test_an_intermediate_makes_no_other_intermediate(cast: Any, hall_b: Subject) -> None:
    homes, key = cast.homes(hall_b), Ed25519PrivateKey.generate()
    below = make_homes(Issuer(homes.chain[0], homes.key), key.public_key(), hall_b, cast.now)
    second = replace(homes, chain=(below, *homes.chain), key=key)
    home = cast.home(second)
    assert refused(cast, *home.chain) == "certificate"
    assert refused(cast, home.chain[0], below) == "estate"


def test_an_intermediate_is_no_node(cast: Any, hall_b: Subject) -> None:
    homes = cast.homes(hall_b)
    assert refused(cast, *homes.chain) == "certificate"
    assert refused(cast, cast.authority.root) == "certificate"


def test_a_chain_without_its_middle_or_empty_is_refused(cast: Any, hall_b: Subject) -> None:
    home = cast.home(cast.homes(hall_b))
    assert refused(cast, home.chain[0]) == "estate"
    assert refused(cast) == "certificate"


def test_bytes_that_are_no_certificate_are_refused(cast: Any) -> None:
    for junk in (b"", b"x", b"\x30\x82\xff\xff"):
        with pytest.raises(NotOurs, match="certificate"):
            peer_of([junk], cast.authority.root)


def test_a_key_of_another_kind_is_refused(cast: Any, hall_b: Subject) -> None:
    public: Any = generate_private_key(SECP256R1()).public_key()
    foreign = make_node(cast.authority.issuer, public, hall_b, "kiosk", cast.now)
    assert refused(cast, foreign) == "certificate"


def test_a_household_that_would_widen_a_range_cannot_be_written() -> None:
    for household in ("", "h1;", "h1:", "*", "h1\n"):
        with pytest.raises(ValueError, match="household"):
            Subject("h-abcdefgh", "Salon", (household,))


def test_a_name_that_cannot_be_shown_gives_way_to_the_id(cast: Any, hall_b: Subject) -> None:
    odd = replace(hall_b, name="Hall\x1b[2J B")
    assert proved(cast.credentials(odd, "kiosk")).name == hall_b.node


def test_dates_are_the_narrowest_of_the_chain(cast: Any, hall_b: Subject) -> None:
    homes = cast.homes(hall_b, cast.now)
    late = cast.now + HOMES_LIFE - timedelta(days=10)
    peer = proved(cast.home(homes, late))
    assert peer.ends == homes.chain[0].not_valid_after_utc
    assert late - timedelta(days=1) < peer.starts <= late


def test_estate_time_admits_within_the_dates_alone(cast: Any, hall_b: Subject) -> None:
    peer = proved(cast.credentials(hall_b, "kiosk"))
    admitted(peer, cast.now, (), certain=True)
    admitted(peer, cast.now + NODE_LIFE, (), certain=True)
    for when, word in ((NODE_LIFE + timedelta(seconds=1), "expired"), (-NODE_LIFE, "early")):
        with pytest.raises(Refused) as error:
            admitted(peer, cast.now + when, (), certain=True)
        assert error.value.word == word


def test_a_doubtful_clock_refuses_nobody_by_dates(cast: Any, hall_b: Subject) -> None:
    peer = proved(cast.credentials(hall_b, "kiosk"))
    for year in (1970, 2040):
        admitted(peer, cast.now.replace(year=year), (), certain=False)


def test_whoever_is_revoked_is_refused_under_any_clock(cast: Any, hall_b: Subject) -> None:
    peer = proved(cast.home(cast.homes(hall_b)))
    admitted(peer, cast.now, {1, 2}, certain=True)
    for serial in peer.serials:  # its own, or that of the kiosk which made it
        for certain in (True, False):
            with pytest.raises(Refused, match="revoked"):
                admitted(peer, cast.now, {serial}, certain=certain)


def test_a_hall_s_certificate_names_its_residence_and_only_a_hall_s_counts(cast: Any) -> None:
    subject = Subject("n-0000000b", "Hall B", residence="figuiers")
    assert proved(cast.credentials(subject, "kiosk")).residence == "figuiers"
    assert proved(cast.credentials(subject, "landlord")).residence == ""
    with pytest.raises(ValueError, match="no residence"):
        Subject("n-0000000b", "Hall B", residence="figuiers:gabians")


def test_a_home_made_before_its_door_s_move_out_speaks_for_nobody_there(
    cast: Any, hall_b: Subject
) -> None:
    home = proved(cast.home(cast.homes(hall_b)))
    day = timedelta(days=1)
    (household,) = home.households
    assert moved_out(home, {household: cast.now + day})
    assert not moved_out(home, {household: cast.now - day})
    assert not moved_out(home, {"hother": cast.now + day})
