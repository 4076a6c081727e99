"""Facts that are believed by who signed them."""

import json
from typing import Any

import pytest

from sync.documents import validate
from sync.mesh.identity.errors import NotOurs
from sync.mesh.identity.revocation import revoke, revoked
from sync.mesh.identity.signing import sign, signer

FACT = {
    "_id": "erasure:p1",
    "kind": "erasure",
    "v": 1,
    "person": "pé",
    "at": "2026-11-28T09:00:00Z",
}


def test_a_signed_fact_names_its_signer(cast: Any) -> None:
    landlord = cast.landlord()
    assert signer(sign(FACT, landlord), landlord.root) == landlord.node


def test_a_homes_signature_carries_its_chain(cast: Any) -> None:
    kiosk = cast.kiosk()
    home = cast.settle("home", cast.home(kiosk.credentials.homes))
    assert signer(sign(FACT, home), kiosk.root).role == "home"


def test_the_way_through_a_database_changes_nothing(cast: Any) -> None:
    landlord = cast.landlord()
    signed = json.loads(json.dumps(sign(FACT, landlord)))
    carried = {"_rev": "1-abc", "_revisions": {"start": 1}, "_attachments": {}, **signed}
    carried["_conflicts"] = ["1-def"]
    turned = dict(reversed(carried.items()))
    assert signer(turned, landlord.root) == landlord.node


@pytest.mark.parametrize(
    "change",
    [{"person": "p2"}, {"_id": "erasure:p2"}, {"_deleted": True}, {"more": 1}, {"v": "1"}],
)
def test_a_changed_fact_is_nobodys(cast: Any, change: dict[str, Any]) -> None:
    landlord = cast.landlord()
    with pytest.raises(NotOurs, match="signature"):
        signer({**sign(FACT, landlord), **change}, landlord.root)


def test_a_fact_of_another_estate_is_not_ours(cast: Any, others: Any) -> None:
    with pytest.raises(NotOurs, match="estate"):
        signer(sign(FACT, others.landlord()), cast.authority.root)


def test_another_nodes_chain_beside_ones_own_signature_is_nobodys(cast: Any) -> None:
    landlord, kiosk = cast.landlord(), cast.kiosk()
    mixed = sign(FACT, kiosk)
    mixed["signed"]["chain"] = sign(FACT, landlord)["signed"]["chain"]
    with pytest.raises(NotOurs, match="signature"):
        signer(mixed, cast.authority.root)


@pytest.mark.parametrize(
    "signed",
    [
        None,
        7,
        {},
        {"chain": [], "signature": "aa"},
        {"chain": ["x"], "signature": "a"},
        {"chain": 1},
    ],
)
def test_what_is_no_signature_is_nobodys(cast: Any, signed: object) -> None:
    with pytest.raises(NotOurs):
        signer({**FACT, "signed": signed}, cast.authority.root)


def test_half_a_character_is_nobodys(cast: Any) -> None:
    landlord = cast.landlord()
    with pytest.raises(NotOurs):
        signer({**sign(FACT, landlord), "person": "\ud800"}, landlord.root)


def test_the_landlord_revokes(cast: Any) -> None:
    landlord, kiosk = cast.landlord(), cast.kiosk()
    serial = kiosk.node.serials[0]
    fact = revoke(serial, kiosk.node.node, "Hall B", cast.now, "n-000000ff.1", landlord)
    validate(fact)
    assert revoked([fact, FACT], landlord.root) == {serial}


def test_a_kiosk_or_another_estate_revokes_nobody(cast: Any, others: Any) -> None:
    facts = [
        revoke(7, "n-000000ff", "HMP", cast.now, "n-0000000b.1", by)
        for by in (cast.kiosk(), others.landlord())
    ]
    assert revoked(facts, cast.authority.root) == frozenset()


def test_a_revocation_under_another_serial_counts_nothing(cast: Any) -> None:
    landlord = cast.landlord()
    fact = revoke(7, "n-0000000b", "Hall B", cast.now, "n-000000ff.1", landlord)
    for id in ("revocation:8", "revocation:-7", "revocation:xyz"):
        assert revoked([{**fact, "_id": id}], landlord.root) == frozenset()
