"""How the certificates of an estate are made.

X.509 version 3 (RFC 5280), Ed25519 throughout (RFC 8410). Instants are given, never read from the
machine's clock: a kiosk's may say 1970.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.mesh.identity.claims import NAME_LONGEST, Role, Subject, names, role_extension

ROOT_LIFE: Final = timedelta(days=20 * 365)
NODE_LIFE: Final = timedelta(days=2 * 365)
HOME_LIFE: Final = timedelta(days=365)
HOMES_LIFE: Final = NODE_LIFE + HOME_LIFE
"""Of what a kiosk signs homes with: the last it signs before renewal still lives its whole life."""

EARLIER: Final = timedelta(hours=1)
"""A certificate starts so long before it is made: who gets it may have a clock a little behind."""

Extension = tuple[x509.ExtensionType, bool]
"""An extension, and whether it is critical."""


@dataclass(frozen=True)
class Issuer:
    """A certificate that may sign others, and its key."""

    certificate: x509.Certificate
    key: Ed25519PrivateKey = field(repr=False)


def make_root(key: Ed25519PrivateKey, estate: str, name: str, at: datetime) -> x509.Certificate:
    """The root of an estate, signed by itself; ``estate`` is its id, ``name`` is for people."""
    called = _called(name, estate)
    draft = _draft(called, key.public_key(), at - EARLIER, at + ROOT_LIFE, _signs_others(1))
    return _signed(draft, called, key)


def make_homes(
    root: Issuer, public: Ed25519PublicKey, subject: Subject, at: datetime
) -> x509.Certificate:
    """A kiosk's intermediate: it signs homes, and nobody who may sign in turn."""
    called = _called(subject.name, f"{subject.node}.homes")
    return _issue(root, called, public, at, HOMES_LIFE, _signs_others(0))


def make_node(
    issuer: Issuer, public: Ed25519PublicKey, subject: Subject, role: Role, at: datetime
) -> x509.Certificate:
    """A node's own certificate; what it claims as role counts where the root is the issuer."""
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    extensions: list[Extension] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage(both), False),
        (names(subject), False),
        (role_extension(role), False),
    ]
    life = HOME_LIFE if role == "home" else NODE_LIFE
    return _issue(issuer, _called(subject.name, subject.node), public, at, life, extensions)


def _issue(
    issuer: Issuer,
    called: x509.Name,
    public: Ed25519PublicKey,
    at: datetime,
    life: timedelta,
    extensions: Iterable[Extension],
) -> x509.Certificate:
    """A certificate that does not outlive its issuer's."""
    ends = min(at + life, issuer.certificate.not_valid_after_utc)
    draft = _draft(called, public, at - EARLIER, ends, extensions)
    return _signed(draft, issuer.certificate.subject, issuer.key)


def _draft(
    called: x509.Name,
    public: Ed25519PublicKey,
    starts: datetime,
    ends: datetime,
    extensions: Iterable[Extension],
) -> x509.CertificateBuilder:
    draft = (
        x509.CertificateBuilder()
        .subject_name(called)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    for extension, critical in extensions:
        draft = draft.add_extension(extension, critical)
    return draft


def _signed(
    draft: x509.CertificateBuilder, issuer: x509.Name, key: Ed25519PrivateKey
) -> x509.Certificate:
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    whole = draft.issuer_name(issuer).add_extension(by, critical=False)
    return whole.sign(key, algorithm=None)  # Ed25519 has its own hash


def _called(name: str, id: str) -> x509.Name:
    """A name for people, with the id that keeps two of the same name apart."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name[:NAME_LONGEST] or id),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, id),
        ]
    )


def _signs_others(path_length: int) -> list[Extension]:
    """What an authority has; ``path_length``: how many authorities may stand below it."""
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_usage(key_cert_sign=True), True),
    ]


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
