"""Signed facts: documents that every reader believes by who signed them, not by how they came.

``signed`` on a document holds the signer's chain and its Ed25519 signature (RFC 8032) over all
that the document says. It has no end: a fact stands when its signer's certificate has expired.
"""

import base64
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jsonschema_rs import Draft202012Validator

from sync.documents.kind import Document
from sync.documents.merge import canonical
from sync.documents.signed import SIGNED
from sync.mesh.identity.authority import Chain
from sync.mesh.identity.chain import Peer, der, peer_of
from sync.mesh.identity.errors import NotOurs, Unreadable
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.pem import read_chain, write_chain

PURPOSE: Final = b"residacoeur signed document\n"
"""What stands before every signed text: the same key signs for TLS, which begins otherwise."""

_ID: Final = ("_id", "_deleted")
_SIGNED: Final = Draft202012Validator(dict(SIGNED))


def sign(document: Document, identity: Identity) -> Document:
    """The document with ``signed``; revision, attachments and a former signature do not count."""
    chain = [write_chain([each]) for each in identity.credentials.chain]
    signature = base64.urlsafe_b64encode(identity.key.sign(_said(document))).decode().rstrip("=")
    return {**document, "signed": {"chain": chain, "signature": signature}}


def signer(document: Document, root: x509.Certificate) -> Peer:
    """The node that signed this very document; :class:`NotOurs` when none of our estate did.

    Whether its role may say such a thing, and whether it was revoked, is for the reader to judge.
    """
    chain, signature = _signed(document)
    peer = peer_of(der(chain), root)
    public = chain[0].public_key()
    assert isinstance(public, Ed25519PublicKey)  # peer_of takes no other
    try:
        public.verify(signature, _said(document))
    except InvalidSignature as error:
        raise NotOurs("signature", str(document.get("_id"))) from error
    return peer


def _signed(document: Document) -> tuple[Chain, bytes]:
    if not _SIGNED.is_valid(document.get("signed")):
        raise NotOurs("signature", "not signed")
    signed = document["signed"]
    try:
        chain = read_chain("".join(signed["chain"]))
        return chain, base64.urlsafe_b64decode(signed["signature"] + "==")
    except (Unreadable, ValueError) as error:
        raise NotOurs("signature", "not readable") from error


def _said(document: Document) -> bytes:
    """What a signature is over; what CouchDB adds to a document is none of it."""
    said = {k: v for k, v in document.items() if k in _ID or not (k[:1] == "_" or k == "signed")}
    try:
        return PURPOSE + canonical(said).encode()
    except ValueError as error:
        raise NotOurs("signature", "no text of Unicode") from error
