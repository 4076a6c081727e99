"""Requests for a certificate (PKCS #10, RFC 2986): a key, signed by itself, and a name for people.

A request asks for nothing else: who one is, who signs decides.
"""

from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sync.mesh.identity.claims import NAME_LONGEST, name_of
from sync.mesh.identity.errors import NotOurs


class Asked(NamedTuple):
    """For which key a certificate is asked, under which name for people ("" when none)."""

    public: Ed25519PublicKey
    name: str


def write(key: Ed25519PrivateKey, name: str) -> str:
    """A request for ``key``, as text."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:NAME_LONGEST] or "-")])
    csr = x509.CertificateSigningRequestBuilder(called).sign(key, algorithm=None)
    return csr.public_bytes(Encoding.PEM).decode()


def read(text: str) -> Asked:
    """What such a text asks; :class:`NotOurs` unless its own Ed25519 key has signed it."""
    try:
        csr = x509.load_pem_x509_csr(text.encode())
        public, name = csr.public_key(), name_of(csr.subject)
        if csr.is_signature_valid and isinstance(public, Ed25519PublicKey):
            return Asked(public, name)
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise NotOurs("certificate", "no request") from error
    raise NotOurs("certificate", "not signed by its own key")
