"""Whose certificates count no more: signed facts, written once, read by every node."""

import logging
from collections.abc import Iterable
from datetime import datetime

from cryptography import x509

from sync.clock import stamp
from sync.documents import sound
from sync.documents.kind import Document
from sync.documents.revocation import REVOCATION, serial_of
from sync.mesh.identity.errors import NotOurs
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.signing import sign, signer

log = logging.getLogger(__name__)


def revoke(
    serial: int, node: str, name: str, at: datetime, origin: str, identity: Identity
) -> Document:
    """The signed fact that the certificate ``serial`` of the node ``node`` counts no more."""
    said = {"node": node, "name": name, "at": stamp(at), "from": origin}
    bare = {"_id": REVOCATION.id(f"{serial:x}"), "kind": REVOCATION.name, "v": 1, **said}
    fact = sign(bare, identity)
    REVOCATION.validate(fact)
    return fact


def revoked(documents: Iterable[Document], root: x509.Certificate) -> frozenset[int]:
    """The serial numbers that the landlord's facts among ``documents`` revoke; others say nothing.

    Every leaf of a document is asked about on its own: one false leaf hides no true one.
    """
    return frozenset(serial_of(each["_id"]) for each in sound(documents) if _counts(each, root))


def _counts(document: Document, root: x509.Certificate) -> bool:
    if document["kind"] != REVOCATION.name or document.get("_deleted"):
        return False
    try:
        serial_of(document["_id"])
        return signer(document, root).role == "landlord"
    except (NotOurs, ValueError) as error:
        log.warning("%s is passed over: %s", document["_id"], error)
        return False
