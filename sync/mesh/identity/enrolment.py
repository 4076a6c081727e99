"""How the estate makes a node, and makes its certificates anew."""

from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.mesh.identity.authority import Authority, Homes
from sync.mesh.identity.claims import Subject
from sync.mesh.identity.identity import Credentials
from sync.mesh.identity.ledger import Entry
from sync.mesh.identity.pem import read_chain, write_chain


def enroll(
    authority: Authority, entry: Entry, at: datetime, *, homes: bool
) -> tuple[Entry, Credentials]:
    """New keys and certificates for a node, with its entry as it then stands.

    ``homes``: whether homes may join through it. What it had before counts on, until revoked.
    """
    key, homes_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    lower = homes_key.public_key() if homes else None
    made = _certified(authority, entry, key.public_key(), lower, at)
    root, chain = authority.root, read_chain(made.certificate)
    below = Homes(read_chain(made.homes), homes_key) if homes else None
    return made, Credentials(key, chain, root, below)


def renew(authority: Authority, entry: Entry, at: datetime) -> Entry:
    """The entry with new certificates for the keys that its node has."""
    lower = _key(entry.homes) if entry.homes else None
    return _certified(authority, entry, _key(entry.certificate), lower, at)


def _certified(
    authority: Authority,
    entry: Entry,
    public: Ed25519PublicKey,
    homes: Ed25519PublicKey | None,
    at: datetime,
) -> Entry:
    subject = Subject(entry.id, entry.name, residence=entry.residence or "")
    own = authority.certify(public, subject, entry.role, at)
    below = authority.certify_homes(homes, subject, at) if homes else ()
    serials = tuple(f"{each.serial_number:x}" for each in (*own, *below))
    return replace(
        entry,
        certificate=write_chain(own),
        homes=write_chain(below),
        serials=(*entry.serials, *serials),
        revoked="",
    )


def _key(certificate: str) -> Ed25519PublicKey:
    public = read_chain(certificate)[0].public_key()
    assert isinstance(public, Ed25519PublicKey)  # we made it
    return public
