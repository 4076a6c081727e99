"""A node's own identity: ``DIR/identity``, its proofs and how it speaks TLS with them.

``key.pem``, ``chain.pem`` (its own certificate, then its kiosk's intermediate where it is a home),
``root.pem``; a kiosk also ``homes-key.pem`` and ``homes.pem``. All 0600.
"""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.mesh.identity import authority as estate
from sync.mesh.identity.authority import Authority, Chain, Homes
from sync.mesh.identity.chain import Peer, der, peer_of
from sync.mesh.identity.errors import NotOurs, Unreadable
from sync.mesh.identity.pem import load, read_chain, read_key, save, write_chain, write_key

KEY: Final = "key.pem"
CHAIN: Final = "chain.pem"
ROOT: Final = "root.pem"
HOMES_KEY: Final = "homes-key.pem"
HOMES: Final = "homes.pem"

NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME: dates are judged by estate time, in :func:`chain.admitted`."""


@dataclass(frozen=True)
class Credentials:
    """What makes a node one of its estate, wherever it is kept."""

    key: Ed25519PrivateKey = field(repr=False)
    chain: Chain
    root: x509.Certificate
    homes: Homes | None = None


@dataclass(frozen=True)
class Identity:
    """The identity of the node in a data directory."""

    node: Peer
    credentials: Credentials
    folder: Path
    authority: Authority | None

    @property
    def root(self) -> x509.Certificate:
        """The root of our estate."""
        return self.credentials.root

    @property
    def key(self) -> Ed25519PrivateKey:
        """Our own key."""
        return self.credentials.key

    @property
    def leaf(self) -> bytes:
        """Our own certificate in DER, as those who connect to us see it until we renew it."""
        return der(self.credentials.chain)[0]

    @property
    def estate(self) -> Path:
        """Where the estate's own secret and its book are, when they are here."""
        return self.folder.parent / "estate"

    @property
    def can_make_homes(self) -> bool:
        """Whether homes may join the estate here."""
        return self.credentials.homes is not None

    def server_context(self) -> ssl.SSLContext:
        """TLS for who connects to us: a stranger comes in too, and gets ``/join`` alone.

        No session is resumed: who comes back shows its chain again.
        """
        context = self._context(ssl.PROTOCOL_TLS_SERVER)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.num_tickets = 0
        return context

    def client_context(self) -> ssl.SSLContext:
        """TLS for whom we connect to: a node of our estate; which one, the caller compares."""
        context = self._context(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # addresses change; the node's id is in the certificate
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def renew(self, context: ssl.SSLContext) -> None:
        """Have a context show, from its next connection on, the chain that is now in the folder."""
        context.load_cert_chain(self.folder / CHAIN, self.folder / KEY)

    def _context(self, protocol: int) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(cadata=write_chain([self.root]))
        context.verify_flags |= NO_CHECK_TIME
        self.renew(context)
        return context


def read(data: Path) -> Identity | None:
    """The identity of the node in ``data``; None when it belongs to no estate.

    :class:`Unreadable` when there is one that is not whole.
    """
    folder = data / "identity"
    if not (folder / CHAIN).exists():
        return None
    root = read_chain(load(folder / ROOT))[0]
    chain = read_chain(load(folder / CHAIN))
    credentials = Credentials(read_key(load(folder / KEY)), chain, root, _homes(folder))
    authority = estate.read(data / "estate")
    return Identity(check(credentials), credentials, folder, authority)


def write(data: Path, credentials: Credentials) -> None:
    """Give the node in ``data`` its identity; the chain comes last, and makes it whole."""
    folder = data / "identity"
    save(folder / KEY, write_key(credentials.key))
    save(folder / ROOT, write_chain([credentials.root]))
    if credentials.homes:
        save(folder / HOMES_KEY, write_key(credentials.homes.key))
        save(folder / HOMES, write_chain(credentials.homes.chain))
    save(folder / CHAIN, write_chain(credentials.chain))


def check(credentials: Credentials) -> Peer:
    """The node that these credentials make; :class:`Unreadable` when they do not fit together."""
    try:
        node = peer_of(der(credentials.chain), credentials.root)
    except NotOurs as error:
        raise Unreadable("damaged", str(error)) from error
    if credentials.chain[0].public_key() != credentials.key.public_key():
        raise Unreadable("damaged", "the certificate is for another key")
    return node


def _homes(folder: Path) -> Homes | None:
    if not (folder / HOMES).exists():
        return None
    return Homes(read_chain(load(folder / HOMES)), read_key(load(folder / HOMES_KEY)))
