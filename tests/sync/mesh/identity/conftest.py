"""Estates, their nodes, and TLS between them on the loopback address."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.mesh.identity import authority as estates
from sync.mesh.identity.authority import Authority, Homes
from sync.mesh.identity.chain import chain_from
from sync.mesh.identity.claims import Role, Subject
from sync.mesh.identity.identity import Credentials, Identity, read, write

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
HALL_B = Subject("n-0000000b", "Hall B")
OFFICE = Subject("n-000000ff", "HMP")
AMINA = "hamina23456"


@dataclass(frozen=True)
class Cast:
    """One estate and who is in it; ``place`` is a folder for their data directories."""

    authority: Authority
    place: Path
    now: datetime = NOW
    subject: Subject = HALL_B

    def credentials(self, subject: Subject, role: Role, at: datetime = NOW) -> Credentials:
        key = Ed25519PrivateKey.generate()
        chain = self.authority.certify(key.public_key(), subject, role, at)
        homes = self.homes(subject, at) if role == "kiosk" else None
        return Credentials(key, chain, self.authority.root, homes)

    def homes(self, subject: Subject, at: datetime = NOW) -> Homes:
        key = Ed25519PrivateKey.generate()
        return Homes(self.authority.certify_homes(key.public_key(), subject, at), key)

    def home(self, homes: Homes, at: datetime = NOW) -> Credentials:
        key = Ed25519PrivateKey.generate()
        chain = homes.certify(key.public_key(), "Chez Amina", [AMINA], at)
        return Credentials(key, chain, self.authority.root)

    def settle(self, name: str, credentials: Credentials) -> Identity:
        """The identity of a data directory ``name`` that has these credentials."""
        write(self.place / name, credentials)
        identity = read(self.place / name)
        assert identity is not None
        return identity

    def kiosk(self) -> Identity:
        return self.settle("kiosk", self.credentials(HALL_B, "kiosk"))

    def landlord(self) -> Identity:
        return self.settle("landlord", self.credentials(OFFICE, "landlord"))


@pytest.fixture
def cast(tmp_path: Path) -> Cast:
    return Cast(estates.found("e-figuiers", "Les Figuiers", NOW), tmp_path / "ours")


@pytest.fixture
def others(tmp_path: Path) -> Cast:
    """Another estate, that calls itself the same."""
    return Cast(estates.found("e-figuiers", "Les Figuiers", NOW), tmp_path / "others")


Shaken = tuple[list[bytes], list[bytes]]


@pytest.fixture
def shake() -> Callable[[ssl.SSLContext, ssl.SSLContext], Shaken]:
    """A function shake(server, client): the chains that each side verified of the other.

    ssl.SSLError when the client refuses, ConnectionResetError when the server does.
    """
    return lambda server, client: asyncio.run(_shake(server, client))


async def _shake(server: ssl.SSLContext, client: ssl.SSLContext) -> Shaken:
    seen: asyncio.Future[list[bytes]] = asyncio.get_running_loop().create_future()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.set_result(chain_from(writer.get_extra_info("ssl_object")))
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
        try:
            there = chain_from(writer.get_extra_info("ssl_object"))
            if await asyncio.wait_for(reader.read(), 5) != b"hello":
                raise ConnectionResetError("shut")  # TLS 1.3: only now a client sees it is refused
            return await seen, there
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
