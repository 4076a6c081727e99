"""Who gets through TLS between two nodes, over real connections."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.mesh.identity.certificate import NODE_LIFE, Issuer, make_homes, make_node
from sync.mesh.identity.chain import admitted, chain_from, peer_of
from sync.mesh.identity.claims import Subject, home_id
from sync.mesh.identity.errors import NotOurs, Refused
from sync.mesh.identity.identity import CHAIN, Credentials, Identity
from sync.mesh.identity.pem import save, write_chain, write_key

Shake = Callable[[ssl.SSLContext, ssl.SSLContext], tuple[list[bytes], list[bytes]]]


def bare_context(place: Path, credentials: Credentials) -> ssl.SSLContext:
    """An impostor's own TLS: it shows what it has, and looks at nothing."""
    save(place / "key", write_key(credentials.key))
    save(place / "chain", write_chain(credentials.chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(place / "chain", place / "key")
    return context


def impostor(cast: Any, others: Any, kind: str) -> Credentials:
    hall, key = Subject("n-000000ff", "HMP"), Ed25519PrivateKey.generate()
    homes, public = cast.homes(hall), key.public_key()
    node = Subject(home_id(public), "HMP")
    if kind == "other estate":
        return others.credentials(hall, "landlord")
    if kind == "home of another estate":
        return others.home(others.homes(hall))
    if kind == "signed by a leaf":
        kiosk = cast.credentials(hall, "kiosk")
        leaf = make_node(Issuer(kiosk.chain[0], kiosk.key), public, node, "home", cast.now)
        return replace(kiosk, key=key, chain=(leaf, *kiosk.chain))
    if kind == "intermediate by an intermediate":
        below = make_homes(Issuer(homes.chain[0], homes.key), public, hall, cast.now)
        return cast.home(replace(homes, chain=(below, *homes.chain), key=key))
    if kind == "an intermediate itself":
        return Credentials(homes.key, homes.chain, cast.authority.root)
    raise ValueError(kind)


def test_two_nodes_know_each_other(cast: Any, shake: Shake) -> None:
    kiosk, landlord = cast.kiosk(), cast.landlord()
    seen, there = shake(kiosk.server_context(), landlord.client_context())
    assert peer_of(seen, kiosk.root) == landlord.node
    assert peer_of(there, landlord.root) == kiosk.node


def test_a_home_is_known_by_its_kiosk(cast: Any, shake: Shake) -> None:
    kiosk = cast.kiosk()
    home = cast.settle("home", cast.home(kiosk.credentials.homes))
    seen, _ = shake(kiosk.server_context(), home.client_context())
    peer = peer_of(seen, kiosk.root)
    assert peer == home.node
    assert (peer.role, peer.households) == ("home", ("hamina23456",))


@pytest.mark.parametrize(
    "kind",
    [
        "other estate",
        "home of another estate",
        "signed by a leaf",
        "intermediate by an intermediate",
        "an intermediate itself",
    ],
)
def test_an_impostor_is_refused(
    cast: Any, others: Any, shake: Shake, tmp_path: Path, kind: str
) -> None:
    kiosk = cast.kiosk()
    client = bare_context(tmp_path, impostor(cast, others, kind))
    with pytest.raises((ConnectionResetError, NotOurs)):
        peer_of(shake(kiosk.server_context(), client)[0], kiosk.root)


def test_a_server_of_another_estate_is_refused(cast: Any, others: Any, shake: Shake) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(others.kiosk().server_context(), cast.landlord().client_context())


def test_a_home_that_claims_to_be_a_kiosk_comes_in_as_a_home(
    cast: Any, shake: Shake, tmp_path: Path
) -> None:
    kiosk, key = cast.kiosk(), Ed25519PrivateKey.generate()
    homes = kiosk.credentials.homes
    node = Subject(home_id(key.public_key()), "Hall C")
    leaf = make_node(Issuer(homes.chain[0], homes.key), key.public_key(), node, "kiosk", cast.now)
    shown = Credentials(key, (leaf, *homes.chain), kiosk.root)
    seen, _ = shake(kiosk.server_context(), bare_context(tmp_path, shown))
    assert peer_of(seen, kiosk.root).role == "home"


@pytest.mark.parametrize(
    ("made", "word"), [(-2 * NODE_LIFE, "expired"), (timedelta(days=400), "early")]
)
def test_dates_are_judged_by_estate_time_and_not_by_tls(
    cast: Any, shake: Shake, made: timedelta, word: str
) -> None:
    kiosk = cast.kiosk()
    hall_c = cast.credentials(Subject("n-0000000c", "Hall C"), "kiosk", cast.now + made)
    seen, _ = shake(kiosk.server_context(), cast.settle("c", hall_c).client_context())
    peer = peer_of(seen, kiosk.root)
    admitted(peer, cast.now, (), certain=False)
    with pytest.raises(Refused, match=word):
        admitted(peer, cast.now, (), certain=True)


def test_a_stranger_comes_in_without_a_name(cast: Any, shake: Shake) -> None:
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    stranger.check_hostname = False
    stranger.verify_mode = ssl.CERT_NONE
    kiosk = cast.kiosk()
    seen, _ = shake(kiosk.server_context(), stranger)
    assert seen == []
    with pytest.raises(NotOurs):
        peer_of(seen, kiosk.root)


def test_an_older_tls_is_refused(cast: Any, shake: Shake) -> None:
    client = cast.landlord().client_context()
    client.minimum_version = ssl.TLSVersion.TLSv1_2
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ConnectionResetError):
        shake(cast.kiosk().server_context(), client)


def test_no_session_is_resumed(cast: Any) -> None:
    assert cast.kiosk().server_context().num_tickets == 0


def test_a_renewed_chain_is_shown_by_the_context_that_is_there(cast: Any, shake: Shake) -> None:
    kiosk, landlord = cast.kiosk(), cast.landlord()
    server = kiosk.server_context()
    renewed = cast.authority.certify(
        kiosk.key.public_key(), Subject("n-0000000b", "Hall B"), "kiosk", cast.now
    )
    save(kiosk.folder / CHAIN, write_chain(renewed))
    kiosk.renew(server)
    _, there = shake(server, landlord.client_context())
    assert peer_of(there, landlord.root).serials == (renewed[0].serial_number,)


def test_aiohttp_hands_the_chain_on(cast: Any) -> None:
    kiosk, landlord = cast.kiosk(), cast.landlord()
    assert asyncio.run(ask_who(kiosk, landlord)) == landlord.node.node


async def ask_who(server: Identity, client: Identity) -> str:
    async def who(request: web.Request) -> web.Response:
        assert request.transport
        chain = chain_from(request.transport.get_extra_info("ssl_object"))
        return web.Response(text=peer_of(chain, server.root).node)

    app = web.Application()
    app.router.add_get("/", who)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server.server_context())
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        connector = aiohttp.TCPConnector(ssl=client.client_context())
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"https://{host}:{port}/") as answer,
        ):
            return await answer.text()
    finally:
        await runner.cleanup()
