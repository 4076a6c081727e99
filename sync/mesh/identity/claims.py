"""What a certificate says of a node: its id, its households or its residence, the role it claims.

Ids stand in the subject's alternative names as URIs, the role in an extension of our own that is
not critical, so that any TLS library takes our certificates. Never in the common name, which is
for people alone.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from sync.documents.key import natural

Role = Literal["kiosk", "landlord", "home"]

ROLES: Final[tuple[Role, ...]] = ("kiosk", "landlord", "home")

ROLE_OID: Final = x509.ObjectIdentifier("2.25.22120413718250996450376619428030246036")
"""A UUID of ours, under the arc that needs no registry (ITU-T X.667)."""

NODE_URI: Final = "residacoeur:node:"
HOUSEHOLD_URI: Final = "residacoeur:household:"
RESIDENCE_URI: Final = "residacoeur:residence:"
NODE: Final = re.compile(r"[nh]-[0-9a-z]{4,32}")
HOUSEHOLD: Final = re.compile(r"[0-9a-z]{1,40}")
RESIDENCE: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*")  # as documents name places
NAME_LONGEST: Final = 64  # ub-common-name, RFC 5280 appendix A.1


@dataclass(frozen=True)
class Subject:
    """Of whom a certificate speaks: node id, name for people, the households of a home, the
    residence (its slug) that a hall stands in, or ""."""

    node: str
    name: str
    households: tuple[str, ...] = ()
    residence: str = ""

    def __post_init__(self) -> None:
        if not (NODE.fullmatch(self.node) and all(map(HOUSEHOLD.fullmatch, self.households))):
            raise ValueError(f"no node or no household: {self.node!r} {self.households!r}")
        if self.residence and not RESIDENCE.fullmatch(self.residence):
            raise ValueError(f"no residence: {self.residence!r}")


def home_id(public: Ed25519PublicKey) -> str:
    """The node id of a home computer: "h-" and 26 base32 characters (130 bits) of its key's hash.

    Kiosks sign for homes. Bound to the key, a home's id is never that of another node, whatever a
    stolen kiosk signs.
    """
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return "h-" + natural("home", raw.hex(), length=26)


def names(subject: Subject) -> x509.SubjectAlternativeName:
    """The alternative names that say who ``subject`` is."""
    place = [RESIDENCE_URI + subject.residence] if subject.residence else []
    homes = [HOUSEHOLD_URI + each for each in subject.households]
    uris = [NODE_URI + subject.node, *homes, *place]
    return x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris])


def role_extension(role: str) -> x509.UnrecognizedExtension:
    """The extension that claims a role: a UTF8String (X.690, 8.23)."""
    text = role.encode()
    return x509.UnrecognizedExtension(ROLE_OID, bytes([0x0C, len(text)]) + text)


def subject_of(certificate: x509.Certificate) -> Subject:
    """Of whom a certificate speaks. ValueError when it does not say so as ours do."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    uris = found.get_values_for_type(x509.UniformResourceIdentifier)
    nodes = _after(NODE_URI, uris)
    if len(nodes) != 1:
        raise ValueError(f"{len(nodes)} nodes in one certificate")
    name = name_of(certificate.subject) or nodes[0]
    residence = next(iter(_after(RESIDENCE_URI, uris)), "")
    return Subject(nodes[0], name, _after(HOUSEHOLD_URI, uris), residence)


def name_of(name: x509.Name) -> str:
    """The common name, for people; "" when there is none that can be shown."""
    called = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(called[0].value) if called else ""
    return text if text.isprintable() and len(text) <= NAME_LONGEST else ""


def role_of(certificate: x509.Certificate) -> Role:
    """The role that a certificate claims. ValueError when it claims none that we know."""
    found = certificate.extensions.get_extension_for_oid(ROLE_OID).value
    for role in ROLES:
        if found == role_extension(role):
            return role
    raise ValueError("a role that we do not know")


def _after(prefix: str, uris: list[str]) -> tuple[str, ...]:
    return tuple(uri.removeprefix(prefix) for uri in uris if uri.startswith(prefix))
