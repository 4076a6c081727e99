"""What the portal has signed by its own mesh, and what nobody signs for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import app
from kiosk import config
from kiosk.membership.settling import settle
from kiosk.membership.signing import Pen
from kiosk.signing import NotSigned
from sync.clock import now, stamp
from sync.documents.emergency import EMERGENCY
from sync.documents.erasure import move_out
from sync.documents.kind import Document
from sync.mesh.identity import identity
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.revocation import revoke
from sync.mesh.identity.witness import Witness, witness_of


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("signing")
    assert app.main(["estate", "new", "--data", str(place / "office")]) == 0
    hall = ["--role", "kiosk", "--staircase", "figuiers-b", "-o", str(place / "hall.node")]
    assert app.main(["estate", "add", "Hall B", *hall, "--data", str(place / "office")]) == 0
    settle(place / "hall", place / "hall.node")
    return place / "office"


@pytest.fixture(scope="module")
def hall(office: Path) -> Path:
    return office.parent / "hall"


def made(data: Path) -> dict[str, Any]:
    return {"at": stamp(now()), "by": "s1", "origin": config.read_node(data).origin}


def fire(data: Path) -> Document:
    return EMERGENCY.new("fire", title="Sortez", lang="fr", **made(data))


def leaving(data: Path) -> Document:
    return move_out("hamina", now().date(), ["pamina"], **made(data))


def witness(data: Path) -> Witness:
    found = witness_of(data)
    assert found is not None
    return found


def test_the_landlord_s_machine_signs_what_its_portal_asks(office: Path, answering: Any) -> None:
    with answering(office) as pen:
        for document in (fire(office), leaving(office)):
            by = witness(office).author(pen.sign(document))
            assert by is not None
            assert by.role == "landlord"


def test_a_hall_signs_for_the_residence_in_its_certificate_alone(
    hall: Path, answering: Any
) -> None:
    with answering(hall) as pen:
        by = witness(hall).author(pen.sign(fire(hall)))
        assert by is not None
        assert (by.role, by.residence) == ("kiosk", "figuiers")
        with pytest.raises(NotSigned):
            pen.sign(leaving(hall))


def test_nothing_is_signed_for_another_node_nor_what_is_no_such_fact(
    office: Path, answering: Any
) -> None:
    own = identity.read(office)
    assert isinstance(own, Identity)
    alien = {**fire(office), "from": "n-0000000b.1"}
    gone = revoke(7, "n-0000000b", "Hall B", now(), config.read_node(office).origin, own)
    notice = {**fire(office), "_id": "notice:n", "kind": "notice", "channel": "landlord"}
    with answering(office) as pen:
        for document in (alien, gone, notice, {**fire(office), "title": ""}):
            with pytest.raises(NotSigned):
                pen.sign(document)


def test_a_mesh_that_is_away_signs_nothing(office: Path, free_port: Callable[[], int]) -> None:
    with pytest.raises(NotSigned):
        Pen(office, free_port()).sign(fire(office))


def test_where_the_root_is_damaged_nothing_counts(
    office: Path, tmp_path: Path, answering: Any
) -> None:
    with answering(office) as pen:
        signed = pen.sign(fire(office))
    for name, content in (("chain.pem", "x"), ("root.pem", "x")):
        (tmp_path / "identity").mkdir(exist_ok=True)
        (tmp_path / "identity" / name).write_text(content)
    assert witness(tmp_path).author(signed) is None
    assert witness_of(tmp_path / "nowhere") is None
