"""What a machine was before it joins: a home may join again where it is, and stay itself."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.mesh.identity import identity
from sync.mesh.identity.claims import subject_of
from sync.mesh.identity.identity import CHAIN, KEY
from sync.mesh.identity.joining import Joined
from sync.mesh.identity.pem import load, read_chain, read_key

LEFT: Final = "identity.left"
"""Where `estate leave` puts what the machine was, in its data directory."""


@dataclass(frozen=True)
class Before:
    """The key of a machine, whose documents it holds (a hall: of no one household), and the root of
    its estate, None once it has left that."""

    key: Ed25519PrivateKey = field(repr=False)
    households: tuple[str, ...]
    root: x509.Certificate | None

    def goes_on_as(self, joined: Joined) -> bool:
        """Whether what it joins is for the documents that it holds."""
        credentials = joined.credentials
        same = subject_of(credentials.chain[0]).households == self.households
        return same and self.root in (None, credentials.root)


def before(data: Path) -> Before | None:
    """What the machine of `data` is, or was until it left; None when it never was of an estate."""
    found = identity.read(data)
    if found:
        return Before(found.key, found.node.households, found.root)
    if not (data / LEFT / CHAIN).exists() or not (data / "identity" / KEY).exists():
        return None
    was = subject_of(read_chain(load(data / LEFT / CHAIN))[0])
    return Before(read_key(load(data / "identity" / KEY)), was.households, None)
