"""An emergency counts by who signed it: the landlord everywhere, a hall in its residence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import clock, upkeep
from sync.clock import stamp
from sync.database import Database
from sync.documents.emergency import EMERGENCY
from sync.documents.kind import Document
from sync.documents.withdrawal import withdraw
from sync.estate import Estate
from sync.mesh.identity import authority as authorities
from sync.mesh.identity.authority import Authority, Homes
from sync.mesh.identity.claims import Role, Subject
from sync.mesh.identity.identity import Credentials, Identity, read, write
from sync.mesh.identity.revocation import revoke
from sync.mesh.identity.signing import sign
from sync.mesh.identity.witness import Witness

NOW = clock.now()
WHERE = {"figuiers": ("figuiers-b", "figuiers"), "gabians": ("gabians-c", "gabians")}


@dataclass
class Cast:
    """An estate's halls and its landlord, and what they write into one database."""

    database: Database
    authority: Authority
    place: Path

    def node(self, id: str, role: Role, residence: str = "") -> Identity:
        key = Ed25519PrivateKey.generate()
        subject = Subject(id, id, residence=residence)
        chain = self.authority.certify(key.public_key(), subject, role, NOW)
        write(self.place / id, Credentials(key, chain, self.authority.root))
        found = read(self.place / id)
        assert found is not None
        return found

    def home(self, household: str) -> Identity:
        upper, key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        hall = Subject("n-0000000b", "Hall B", residence="figuiers")
        homes = Homes(self.authority.certify_homes(upper.public_key(), hall, NOW), upper)
        chain = homes.certify(key.public_key(), "Chez Amina", [household], NOW)
        write(self.place / "home", Credentials(key, chain, self.authority.root))
        found = read(self.place / "home")
        assert found is not None
        return found

    def heard(self) -> list[str]:
        """Where the emergency "fire" is shown."""
        estate = Estate(self.database, witness=Witness(self.authority.root))
        seen = {name: estate.emergencies(NOW, places) for name, places in WHERE.items()}
        seen["nowhere"] = estate.emergencies(NOW, ())
        return [name for name, alarms in seen.items() if alarms]


@pytest.fixture
def cast(database: Database, tmp_path: Path) -> Cast:
    return Cast(database, authorities.found("e-1", "Les Figuiers", NOW), tmp_path)


@pytest.fixture
def office(cast: Cast) -> Identity:
    return cast.node("n-000000ff", "landlord")


@pytest.fixture
def hall(cast: Cast) -> Identity:
    return cast.node("n-0000000b", "kiosk", "figuiers")


@pytest.fixture
def fire() -> Callable[..., Document]:
    """A function fire(**fields): an emergency, not signed yet."""

    def made(**fields: Any) -> Document:
        at = stamp(NOW - timedelta(minutes=1))
        told = {"title": "Sortez", "lang": "fr", "at": at, "by": "s1", "origin": "n-1.2", **fields}
        return EMERGENCY.new("fire", **told)

    return made


def over(document: Document) -> Document:
    return withdraw(document["_id"], at=stamp(NOW), by="s1", origin="n-1.2")


def test_the_landlord_is_heard_everywhere(cast: Cast, office: Identity, fire: Any) -> None:
    cast.database.put("estate", sign(fire(), office))
    assert cast.heard() == ["figuiers", "gabians", "nowhere"]


@pytest.mark.parametrize("to", [[], ["figuiers", "gabians"], ["gabians"]])
def test_a_hall_is_heard_in_its_own_residence_alone(
    cast: Cast, hall: Identity, fire: Any, to: list[str]
) -> None:
    cast.database.put("estate", sign(fire(to=to), hall))
    assert cast.heard() == ([] if to == ["gabians"] else ["figuiers"])


def test_nobody_is_heard_without_a_signature_or_with_another_s(
    cast: Cast, office: Identity, fire: Any
) -> None:
    cast.database.put("estate", fire())
    assert cast.heard() == []
    stolen = {**sign(fire(), office), "title": "Restez"}
    standing = cast.database.get("estate", stolen["_id"]) or {}
    cast.database.put("estate", {**stolen, "_rev": standing["_rev"]})
    assert cast.heard() == []


def test_a_hall_that_stands_nowhere_is_not_heard(cast: Cast, fire: Any) -> None:
    cast.database.put("estate", sign(fire(), cast.node("n-0000000c", "kiosk")))
    assert cast.heard() == []


def test_a_home_is_not_heard(cast: Cast, fire: Any) -> None:
    cast.database.put("estate", sign(fire(), cast.home("hamina")))
    assert cast.heard() == []


def test_a_revoked_hall_is_heard_no_more(
    cast: Cast, office: Identity, hall: Identity, fire: Any
) -> None:
    cast.database.put("estate", sign(fire(), hall))
    serial = hall.node.serials[0]
    gone = revoke(serial, hall.node.node, "Hall B", NOW, "n-000000ff.1", office)
    cast.database.put("estate", gone)
    assert cast.heard() == []


def test_a_leaf_that_a_hall_lays_over_the_landlord_s_hides_nothing(
    cast: Cast, office: Identity, hall: Identity, fire: Any
) -> None:
    cast.database.put("estate", sign(fire(), office))
    for number, leaf in enumerate((fire(), {**fire(), "title": 1}, sign(fire(title="Rien"), hall))):
        upkeep.graft(cast.database, "estate", [{**leaf, "_rev": f"9-{number:x}{'f' * 31}"}])
    assert cast.heard() == ["figuiers", "gabians", "nowhere"]


def test_a_hall_does_not_withdraw_what_the_landlord_says(
    cast: Cast, office: Identity, hall: Identity, fire: Any
) -> None:
    said = sign(fire(), office)
    cast.database.put("estate", said)
    rev = cast.database.put("estate", sign(over(said), hall))
    assert cast.heard() == ["figuiers", "gabians", "nowhere"]
    cast.database.put("estate", {**sign(over(said), office), "_rev": rev})
    assert cast.heard() == []


def test_what_a_hall_says_it_withdraws_and_the_landlord_too(
    cast: Cast, office: Identity, hall: Identity, fire: Any
) -> None:
    said = sign(fire(), hall)
    cast.database.put("estate", said)
    other = cast.node("n-0000000d", "kiosk", "gabians")
    rev = cast.database.put("estate", sign(over(said), other))
    assert cast.heard() == ["figuiers"]
    rev = cast.database.put("estate", {**sign(over(said), hall), "_rev": rev})
    assert cast.heard() == []
    cast.database.put("estate", {**sign(over(said), office), "_rev": rev})
    assert cast.heard() == []
