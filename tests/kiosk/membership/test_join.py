"""`residacoeur join`, against a kiosk's gateway and against whoever answers in its place."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

import app
from kiosk import config
from kiosk.membership.settling import settle
from sync.clock import now
from sync.documents.account import HOUSEHOLD, PERSON
from sync.mesh.identity import joining
from sync.mesh.identity.errors import IdentityError
from sync.mesh.identity.identity import Identity, read
from sync.mesh.identity.invitations import Invitations

AMINA = "hamina23456"
KNOWN = [
    HOUSEHOLD.new(AMINA, residence="figuiers", staircase="figuiers-b", door="31"),
    PERSON.new("pamina", household=AMINA, last_name="Benali"),
]

Answer = Callable[[web.Request], Awaitable[web.Response]]


@contextmanager
def listening(answer: Answer, context: ssl.SSLContext) -> Iterator[int]:
    """A server for POST /join in a thread of its own; gives its port."""
    loop = asyncio.new_event_loop()

    async def start() -> web.AppRunner:
        served = web.Application()
        served.router.add_post("/join", answer)
        runner = web.AppRunner(served)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        return runner

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield runner.addresses[0][1]
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Kiosk:
    """A hall's kiosk as far as joining goes."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.invitations = Invitations()
        self.leaf = identity.leaf

    def code(self) -> str:
        return self.invitations.issue(AMINA, now())

    async def answer(self, request: web.Request) -> web.Response:
        asked, at = await request.json(), now()
        try:
            invitation = joining.take(self.invitations, asked, self.leaf, at)
            told = joining.welcome(self.identity, invitation, asked, KNOWN, self.leaf, at)
        except IdentityError as error:
            return web.json_response({"error": error.word}, status=403)
        return web.json_response(told)


@pytest.fixture(scope="module")
def estates(tmp_path_factory: pytest.TempPathFactory) -> list[Identity]:
    """The kiosk of our estate, and one of another."""
    found = []
    for name in ("ours", "others"):
        place = tmp_path_factory.mktemp(name)
        office, file = ["--data", str(place / "office")], str(place / "b.node")
        assert app.main(["estate", "new", "Les Figuiers", *office]) == 0
        assert app.main(["estate", "add", "Hall B", "--role", "kiosk", "-o", file, *office]) == 0
        settle(place / "kiosk", Path(file))
        found.append(read(place / "kiosk"))
    return [each for each in found if each]


@pytest.fixture
def kiosk(estates: list[Identity]) -> Kiosk:
    return Kiosk(estates[0])


@pytest.fixture
def serve() -> Iterator[Callable[[Answer, Identity], str]]:
    """A function serve(answer, identity): the address where this answers, as that node."""
    with ExitStack() as stack:

        def start(answer: Answer, identity: Identity) -> str:
            port = stack.enter_context(listening(answer, identity.server_context()))
            return f"127.0.0.1:{port}"

        yield start


def join(data: Path, address: str, code: str) -> int:
    return app.main(["join", address, code, "--data", str(data)])


def test_a_computer_joins_its_household(
    kiosk: Kiosk,
    serve: Callable[[Answer, Identity], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = serve(kiosk.answer, kiosk.identity)
    assert join(tmp_path / "data", address, kiosk.code()) == 0
    assert "«\xa0Les Figuiers\xa0»" in capsys.readouterr().out
    own, here = read(tmp_path / "data"), config.read_node(tmp_path / "data")
    assert own is not None
    assert (own.node.role, own.node.households) == ("home", (AMINA,))
    assert (here.id, here.roles) == (own.node.node, ("home",))
    assert (here.residence, here.staircase) == ("figuiers", "figuiers-b")
    assert here.peers == (address,)
    options = app.parse(["join", "a", "b", "--data", str(tmp_path / "data")])
    with app.opened(options) as database:
        assert database.many("accounts", [each["_id"] for each in KNOWN]) != [None, None]


def test_the_key_of_codes_and_cards_stays_in_the_halls(
    kiosk: Kiosk, serve: Callable[[Answer, Identity], str], tmp_path: Path
) -> None:
    join(tmp_path / "data", serve(kiosk.answer, kiosk.identity), kiosk.code())
    pepper = config.read_key(kiosk.identity.folder.parent / "estate.key")
    assert config.read_key(tmp_path / "data" / "estate.key") != pepper


def test_a_home_joins_again_where_it_is_and_stays_itself(
    kiosk: Kiosk, serve: Callable[[Answer, Identity], str], tmp_path: Path
) -> None:
    data, address = tmp_path / "data", serve(kiosk.answer, kiosk.identity)
    assert join(data, address, kiosk.code()) == 0
    first, was = read(data), config.read_node(data)
    with app.opened(app.parse(["join", "a", "b", "--data", str(data)])) as database:
        database.put("private", {"_id": f"{AMINA}:report:1", "words": "La minuterie est morte"})
    assert join(data, address, kiosk.code()) == 0
    again, here = read(data), config.read_node(data)
    assert first is not None
    assert again is not None
    assert again.key.public_key() == first.key.public_key()
    assert (again.node.node, here.id) == (first.node.node, was.id)
    assert set(again.node.serials).isdisjoint({first.node.serials[0]})
    with app.opened(app.parse(["join", "a", "b", "--data", str(data)])) as database:
        assert database.get("private", f"{AMINA}:report:1")


def test_a_home_that_left_its_estate_joins_again_as_itself(
    kiosk: Kiosk, serve: Callable[[Answer, Identity], str], tmp_path: Path
) -> None:
    data, address = tmp_path / "data", serve(kiosk.answer, kiosk.identity)
    join(data, address, kiosk.code())
    was = config.read_node(data).id
    assert app.main(["estate", "leave", "--data", str(data)]) == 0
    assert read(data) is None
    assert join(data, address, kiosk.code()) == 0
    assert config.read_node(data).id == was


def test_what_holds_anothers_documents_does_not_join(
    estates: list[Identity],
    kiosk: Kiosk,
    serve: Callable[[Answer, Identity], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, address = tmp_path / "data", serve(kiosk.answer, kiosk.identity)
    join(data, address, kiosk.code())
    before = config.read_node(data)
    neighbours = kiosk.invitations.issue("hlucien7654", now())
    assert join(data, address, neighbours) == 2
    other = Kiosk(estates[1])
    assert join(data, serve(other.answer, other.identity), other.code()) == 2
    assert capsys.readouterr().err.count("d’un autre logement ou quartier") == 2
    assert config.read_node(data) == before


def test_a_hall_does_not_join_as_a_home(
    kiosk: Kiosk,
    serve: Callable[[Answer, Identity], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address, code = serve(kiosk.answer, kiosk.identity), kiosk.code()
    assert join(kiosk.identity.folder.parent, address, code) == 2
    assert "déjà partie" in capsys.readouterr().err
    assert join(tmp_path / "other", address, code) == 0, "its code is not spent"


def test_a_wrong_code_and_a_code_that_is_gone_are_said(
    kiosk: Kiosk,
    serve: Callable[[Answer, Identity], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = serve(kiosk.answer, kiosk.identity)
    kiosk.code()
    assert join(tmp_path / "data", address, "0000000000") == 2
    assert "pas le code de la borne" in capsys.readouterr().err
    for _ in range(2):
        join(tmp_path / "data", address, "0000000000")
    assert join(tmp_path / "data", address, "0000000000") == 1
    assert "ne sert plus" in capsys.readouterr().err.splitlines()[-1]
    assert read(tmp_path / "data") is None


def test_whoever_stands_in_between_gets_nothing(
    kiosk: Kiosk,
    estates: list[Identity],
    serve: Callable[[Answer, Identity], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    beyond = serve(kiosk.answer, kiosk.identity)

    async def relay(request: web.Request) -> web.Response:
        """Hand all on as it comes, under a certificate of one's own."""
        body = await request.read()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"https://{beyond}/join", data=body, ssl=False) as answer,
        ):
            told = await answer.read()
            return web.Response(body=told, status=answer.status, content_type="application/json")

    between = serve(relay, estates[1])
    assert join(tmp_path / "data", between, kiosk.code()) == 2
    assert "pas le code" in capsys.readouterr().err
    assert read(tmp_path / "data") is None


def test_a_kiosk_of_another_estate_cannot_take_a_computer_in(
    kiosk: Kiosk,
    estates: list[Identity],
    serve: Callable[[Answer, Identity], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    theirs = Kiosk(estates[1])

    async def welcome(request: web.Request) -> web.Response:
        """Whatever the code."""
        asked = await request.json()
        theirs.code()
        invitation, at = theirs.invitations._shown[0], now()
        told = joining.welcome(theirs.identity, invitation, asked, KNOWN, theirs.leaf, at)
        return web.json_response(told)

    assert join(tmp_path / "data", serve(welcome, theirs.identity), kiosk.code()) == 1
    assert "Ce n’est pas la borne qui répond" in capsys.readouterr().err
    assert read(tmp_path / "data") is None


@pytest.mark.parametrize("told", [b"", b"<html>", b"[]", b"{}", b'{"mac": 1}'])
def test_whatever_else_answers_is_not_the_kiosk(
    kiosk: Kiosk, serve: Callable[[Answer, Identity], str], tmp_path: Path, told: bytes
) -> None:
    async def babble(request: web.Request) -> web.Response:
        return web.Response(body=told)

    assert join(tmp_path / "data", serve(babble, kiosk.identity), kiosk.code()) == 1
    assert read(tmp_path / "data") is None


def test_a_kiosk_that_is_not_there_is_said(
    tmp_path: Path, free_port: Callable[[], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert join(tmp_path / "data", f"127.0.0.1:{free_port()}", "0000000000") == 1
    assert "ne répond pas" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["", "a b", "http://a", "1.2.3.4:0", "1.2.3.4:65536", "a/b"])
def test_what_is_no_address_is_said_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert join(tmp_path / "data", address, "0000000000") == 2
    assert "Ce n’est pas une adresse" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
