"""How certificates are made anew before they end, for the same keys, by whoever may.

A node asks a peer (:func:`request`, :func:`answer`), or the estate's authority makes them unasked
and sends them as documents (:func:`issue_due`). Either way :func:`adopt` judges what comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.clock import stamp
from sync.documents.kind import Document
from sync.documents.renewal import RENEWAL
from sync.mesh.identity import csr, ledger
from sync.mesh.identity.authority import Chain
from sync.mesh.identity.chain import Peer, check_homes, der, peer_of
from sync.mesh.identity.claims import home_id
from sync.mesh.identity.enrolment import renew
from sync.mesh.identity.errors import NotOurs, Refused, Unreadable
from sync.mesh.identity.identity import CHAIN, HOMES, Identity
from sync.mesh.identity.ledger import Entry
from sync.mesh.identity.pem import read_chain, save, write_chain

SHARE: Final = 3
"""A certificate wants to be renewed in the last third of its life: months before its end, so that
a hall that is cut off, or a landlord's office that is closed, leaves nobody without."""


@dataclass(frozen=True)
class Renewed:
    """New certificates (PEM): a node's own chain, and a kiosk's intermediate or ""."""

    chain: str
    homes: str = ""


def is_due(starts: datetime, ends: datetime, at: datetime) -> bool:
    """Whether what is valid from ``starts`` to ``ends`` wants to be renewed at ``at``."""
    return at >= ends - (ends - starts) / SHARE


def wants(identity: Identity, at: datetime) -> bool:
    """Whether a node's certificates want to be renewed: its own, or what it makes homes with."""
    homes = identity.credentials.homes
    return _any_due([identity.credentials.chain[0], *(homes.chain if homes else ())], at)


def request(identity: Identity) -> str:
    """What a node asks a peer with: a request that its own key has signed."""
    return csr.write(identity.key, identity.node.name)


def answer(identity: Identity, peer: Peer, asked: str, at: datetime) -> Renewed:
    """New certificates for ``peer``, which asked with its :func:`request` at ``at``.

    A home's by any kiosk, for the households that its certificate has; another node's by the
    authority alone. :class:`Refused` "early" before it is due, "revoked" when the estate has no
    such node any more, "authority" when it is not ours to give; :class:`NotOurs` when the request
    is not of the peer's own key.
    """
    public = csr.read(asked).public
    if not is_due(peer.starts, peer.ends, at):
        raise Refused("early", peer.node)
    if peer.role != "home":
        return _of_estate(identity, peer, public, at)
    homes = identity.credentials.homes
    if homes is None:
        raise Refused("authority", "no homes are made here")
    if home_id(public) != peer.node:
        raise NotOurs("certificate", "another key")
    return Renewed(write_chain(homes.certify(public, peer.name, peer.households, at)))


def issue_due(identity: Identity, at: datetime, origin: str) -> list[Document]:
    """Where the authority is: new certificates for all its nodes that want them, as documents."""
    if identity.authority is None:
        return []
    with ledger.changing(identity.estate) as book:
        standing = [each for each in book.nodes.values() if not each.revoked]
        due = [each for each in standing if _any_due(each.proofs, at)]
        made = [renew(identity.authority, each, at) for each in due]
        for each in made:
            book.put(each)
    return [document(each, at, origin) for each in made]


def document(entry: Entry, at: datetime, origin: str) -> Document:
    """The certificates of a node on their way to it."""
    found = {"node": entry.id, "chain": entry.certificate, "homes": entry.homes}
    return RENEWAL.new(entry.id, at=stamp(at), origin=origin, **found)


def adopt(identity: Identity, new: Renewed) -> bool:
    """Take new certificates into our folder, each file whole or not at all; whether they were.

    Only what our root vouches for, for our own keys, as what we are, and what lasts longer than
    what we have: whoever sent it. Contexts show it after :meth:`Identity.renew`.
    """
    try:
        chain, homes = read_chain(new.chain), read_chain(new.homes) if new.homes else ()
        fits = _fits(identity, chain) and _fits_homes(identity, homes)
    except (NotOurs, Unreadable):
        return False
    if not fits:
        return False
    if homes:
        save(identity.folder / HOMES, write_chain(homes))
    save(identity.folder / CHAIN, write_chain(chain))
    return True


def _of_estate(identity: Identity, peer: Peer, public: Ed25519PublicKey, at: datetime) -> Renewed:
    if identity.authority is None:
        raise Refused("authority", "no nodes are made here")
    with ledger.changing(identity.estate) as book:
        entry = book.nodes.get(peer.node)
        if entry is None or entry.revoked:
            raise Refused("revoked", peer.node)
        if entry.proof.public_key() != public:
            raise NotOurs("certificate", "another key")
        if _any_due(entry.proofs, at):  # else what was made is still on its way
            entry = renew(identity.authority, entry, at)
            book.put(entry)
    return Renewed(entry.certificate, entry.homes)


def _any_due(certificates: Iterable[x509.Certificate], at: datetime) -> bool:
    return any(
        is_due(each.not_valid_before_utc, each.not_valid_after_utc, at) for each in certificates
    )


def _fits(identity: Identity, chain: Chain) -> bool:
    """Whether it is news, and makes us the same node at least as long."""
    node, own = peer_of(der(chain), identity.root), identity.node
    same = (node.node, node.role) == (own.node, own.role) and node.serials != own.serials
    return same and node.ends >= own.ends and chain[0].public_key() == identity.key.public_key()


def _fits_homes(identity: Identity, homes: Chain) -> bool:
    """Whether there is none, or it makes homes of our estate with our own key."""
    if not homes:
        return True
    below = identity.credentials.homes
    check_homes(homes, identity.root)
    return below is not None and homes[0].public_key() == below.key.public_key()
