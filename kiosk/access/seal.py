"""Sealing what only one person may read: anyone can close the envelope, their code or card opens.

Each person has a pair of X25519 keys (RFC 7748). The public half stands in the clear beside their
verifier; the private half twice, wrapped by ChaCha20-Poly1305 (RFC 8439), under a key that only
their code gives and under one that only their card gives. What is sealed is HPKE, base mode
(RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
"""

import base64
import binascii
import secrets
from typing import Final, Literal, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.errors import KioskError
from sync.documents.kind import Document

Way = Literal["code", "card"]

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Unopened(KioskError):
    """A key does not open what was given: it is another's, or what was given is damaged."""


class Keys(NamedTuple):
    """What wraps a private half: 32 bytes that a code gives, 32 that a card gives."""

    code: bytes
    card: bytes


def new_seal(keys: Keys, owner: str) -> dict[str, str]:
    """A fresh pair of keys for ``owner``, as a verifier carries it.

    "public" in the clear, "code" and "card" the private half as each opens it; all base64url.
    """
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    secret = private.private_bytes_raw()
    wrapped = {
        way: encode(_wrap(key, secret, _about(owner, way, public)))
        for way, key in keys._asdict().items()
    }
    return {"public": encode(public), **wrapped}


def unwrap(seal: Document, way: Way, key: bytes, owner: str) -> bytearray:
    """The private half in ``seal``, which the caller overwrites in the end.

    Raises Unopened for another's key, another owner, and whatever is no seal of ours.
    """
    public, wrapped = decode(str(seal["public"])), decode(str(seal[way]))
    secret = bytearray(KEY_BYTES)
    if len(wrapped) != NONCE_BYTES + KEY_BYTES + TAG_BYTES:
        raise Unopened("it has not the length of a wrapped key")
    nonce, closed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    try:
        ChaCha20Poly1305(key).decrypt_into(nonce, closed, _about(owner, way, public), secret)
    except InvalidTag as error:
        raise Unopened(f"the {way} does not open it") from error
    if public_half(secret) != public:
        raise Unopened("its halves do not belong together")
    return secret


def public_half(private: bytearray) -> bytes:
    """The public key of a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def enclose(public: bytes, content: bytes, about: str) -> bytes:
    """``content``, to be opened by the private half alone and under the same ``about``.

    Raises Unopened for a public key that nobody can have the other half of.
    """
    try:
        return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(public), about.encode())
    except ValueError as error:  # not 32 bytes, or a point of small order (RFC 7748 section 6.1)
        raise Unopened("it is no public key") from error


def disclose(private: bytearray, closed: bytes, about: str) -> bytes:
    """What was enclosed for this key under ``about``; Unopened for everything else."""
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return _SUITE.decrypt(closed, key, about.encode())
    except InvalidTag as error:
        raise Unopened("it was not sealed for this key, or is damaged") from error


def encode(data: bytes) -> str:
    """Bytes as base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """The bytes of :func:`encode`; Unopened for what is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unopened("it is not base64url") from error


def _wrap(key: bytes, secret: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, secret, about)


def _about(owner: str, way: str, public: bytes) -> bytes:
    """What a wrapped half is bound to, so that it cannot be passed off as another's."""
    return f"residacoeur seal 1\0{owner}\0{way}\0".encode() + public
