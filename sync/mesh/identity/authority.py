"""Who may make nodes: the estate's own root, and a kiosk's intermediate, which makes homes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.mesh.identity.certificate import Issuer, make_homes, make_node, make_root
from sync.mesh.identity.claims import Role, Subject, home_id
from sync.mesh.identity.pem import load, read_chain, read_key, save, write_chain, write_key

Chain = tuple[x509.Certificate, ...]

KEY: Final = "root-key.pem"
ROOT: Final = "root.pem"


def new_id() -> str:
    """A fresh id for a kiosk's or the landlord's node: "n-" and eight hexadecimal digits."""
    return f"n-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Authority:
    """An estate's own secret: whoever has it makes nodes of it."""

    issuer: Issuer

    @property
    def root(self) -> x509.Certificate:
        """What every node of the estate trusts, and nothing beside it."""
        return self.issuer.certificate

    def certify(
        self, public: Ed25519PublicKey, subject: Subject, role: Role, at: datetime
    ) -> Chain:
        """The chain of a node with the key ``public``, made at ``at``."""
        return (make_node(self.issuer, public, subject, role, at),)

    def certify_homes(self, public: Ed25519PublicKey, subject: Subject, at: datetime) -> Chain:
        """The intermediate with which the kiosk ``subject`` makes homes."""
        return (make_homes(self.issuer, public, subject, at),)


def found(estate: str, name: str, at: datetime) -> Authority:
    """The authority of a new estate; ``estate`` is its id."""
    key = Ed25519PrivateKey.generate()
    return Authority(Issuer(make_root(key, estate, name, at), key))


def keep(authority: Authority, folder: Path) -> None:
    """Write an authority into ``DIR/estate``."""
    save(folder / KEY, write_key(authority.issuer.key))
    save(folder / ROOT, write_chain([authority.root]))


def read(folder: Path) -> Authority | None:
    """The authority in ``DIR/estate``; None when there is none."""
    if not (folder / ROOT).exists():
        return None
    return Authority(Issuer(read_chain(load(folder / ROOT))[0], read_key(load(folder / KEY))))


@dataclass(frozen=True)
class Homes:
    """What a kiosk makes homes with: its intermediate, under the estate's root, and its key."""

    chain: Chain
    key: Ed25519PrivateKey = field(repr=False)

    def certify(
        self, public: Ed25519PublicKey, name: str, households: Sequence[str], at: datetime
    ) -> Chain:
        """The chain of a home with the key ``public``, made at ``at``; its id is of that key."""
        subject = Subject(home_id(public), name, tuple(households))
        return (
            make_node(Issuer(self.chain[0], self.key), public, subject, "home", at),
            *self.chain,
        )
