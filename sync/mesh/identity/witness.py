"""Who may sign what: whose word a fact needs before anybody goes by it.

The landlord speaks for the estate. A hall speaks for the residence that its certificate names: its
emergencies are shown there alone, whatever they say. A home speaks for nobody.
"""

import logging
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509

from sync.documents.emergency import EMERGENCY
from sync.documents.erasure import ERASURE, MOVEOUT
from sync.documents.kind import Document
from sync.documents.revocation import REVOCATION
from sync.documents.withdrawal import WITHDRAWAL
from sync.mesh.identity.chain import Peer
from sync.mesh.identity.errors import NotOurs, Unreadable
from sync.mesh.identity.identity import CHAIN, ROOT
from sync.mesh.identity.pem import load, read_chain
from sync.mesh.identity.signing import signer

log = logging.getLogger(__name__)

LANDLORDS: Final = frozenset({REVOCATION.name, ERASURE.name, MOVEOUT.name})
"""Kinds that the landlord alone signs."""

HALLS: Final = frozenset({EMERGENCY.name, WITHDRAWAL.name})
"""Kinds that a hall signs too, for its own residence."""

OF_EMERGENCY: Final = f"{WITHDRAWAL.name}:{EMERGENCY.name}:"
"""How the id of an emergency's withdrawal begins; other withdrawals need no signature."""


@dataclass(frozen=True)
class Witness:
    """Knows a signature by the estate's ``root``; without one it knows none."""

    root: x509.Certificate | None

    def author(self, document: Document, gone: Set[int] = frozenset()) -> Peer | None:
        """Who signed this very document, if they may say it; ``gone``: serials revoked."""
        if self.root is None or "signed" not in document:
            return None
        try:
            by = signer(document, self.root)
        except NotOurs:
            return None
        return by if may_say(by, document) and gone.isdisjoint(by.serials) else None


def witness_of(data: Path) -> Witness | None:
    """What tells whose signed facts count for the node in ``data``; None when it has no estate.

    It reads no key. Where the root is damaged nothing counts.
    """
    folder = data / "identity"
    if not (folder / CHAIN).exists():
        return None
    try:
        return Witness(read_chain(load(folder / ROOT))[0])
    except Unreadable as error:
        log.warning("no signed fact counts here: %s", error)
        return Witness(None)


def is_signed(document: Document) -> bool:
    """Whether it is of those that count only with a signature, by its kind and id."""
    kind, id = document.get("kind"), str(document.get("_id"))
    return kind in LANDLORDS or kind == EMERGENCY.name or id.startswith(OF_EMERGENCY)


def may_say(by: Peer, document: Document) -> bool:
    """Whether a node may sign a document of this kind; what a hall signs counts at home alone."""
    if not is_signed(document):
        return False
    if by.role == "landlord":
        return True
    return by.role == "kiosk" and bool(by.residence) and document["kind"] in HALLS
