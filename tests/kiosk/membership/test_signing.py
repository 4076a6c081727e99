"""What the portal has signed by its own mesh, and what nobody signs for it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import app
from kiosk import config
from kiosk.membership.settling import settle
from kiosk.membership.signing import Pen
from kiosk.signing import NotSigned
from sync.clock import now, stamp
from sync.documents.emergency import EMERGENCY
from sync.documents.erasure import move_out
from sync.documents.kind import Document
from sync.mesh.errors import Refusal
from sync.mesh.gateway.answers import refused
from sync.mesh.identity import identity
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.revocation import revoke
from sync.mesh.identity.witness import Witness, witness_of
from sync.mesh.signatures import Signatures


@contextmanager
def answering(data: Path) -> Iterator[Pen]:
    """The pen of the node in `data`, whose mesh answers nothing but `/signatures`."""
    own = identity.read(data)
    assert own is not None
    signatures = Signatures(own, config.read_node(data).origin)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await signatures.answer(request)
        except Refusal as refusal:
            return refused(refusal)

    loop = asyncio.new_event_loop()
    served = web.Server(answer, loop=loop)
    listening = loop.run_until_complete(loop.create_server(served, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    (data / "egress.secret").write_text("word")
    try:
        yield Pen(data, listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        asyncio.run_coroutine_threadsafe(served.shutdown(1), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


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


def test_the_landlord_s_machine_signs_what_its_portal_asks(office: Path) -> None:
    with answering(office) as pen:
        for document in (fire(office), leaving(office)):
            by = witness(office).author(pen.sign(document))
            assert by is not None
            assert by.role == "landlord"


def test_a_hall_signs_for_the_residence_in_its_certificate_alone(hall: Path) -> None:
    with answering(hall) as pen:
        by = witness(hall).author(pen.sign(fire(hall)))
        assert by is not None
        assert (by.role, by.residence) == ("kiosk", "figuiers")
        with pytest.raises(NotSigned):
            pen.sign(leaving(hall))


def test_nothing_is_signed_for_another_node_nor_what_is_no_such_fact(office: Path) -> None:
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


def test_where_the_root_is_damaged_nothing_counts(office: Path, tmp_path: Path) -> None:
    with answering(office) as pen:
        signed = pen.sign(fire(office))
    for name, content in (("chain.pem", "x"), ("root.pem", "x")):
        (tmp_path / "identity").mkdir(exist_ok=True)
        (tmp_path / "identity" / name).write_text(content)
    assert witness(tmp_path).author(signed) is None
    assert witness_of(tmp_path / "nowhere") is None
