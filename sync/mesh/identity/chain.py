"""Who stands at the other end, proved by certificates and judged by estate time.

TLS has verified the chain against our root before, without its dates; we verify it again here, so
that nothing hangs on how a TLS library is set up, and signed documents are judged alike.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from sync.mesh.identity.certificate import EARLIER
from sync.mesh.identity.claims import Role, Subject, home_id, role_of, subject_of
from sync.mesh.identity.errors import NotOurs, Refused

_UNFIT = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    x509.InvalidVersion,
)
"""What reading a certificate that nobody of ours made may raise."""


@dataclass(frozen=True)
class Peer:
    """A node as its certificates prove it.

    ``households`` are a home's, ``residence`` is where a hall stands, or "". ``serials``: of its
    certificate, then of its issuer's where that is not the root. ``starts`` and ``ends``: when all
    of the chain is valid.
    """

    node: str
    name: str
    role: Role
    households: tuple[str, ...]
    serials: tuple[int, ...]
    starts: datetime
    ends: datetime
    residence: str = ""


def peer_of(chain: Sequence[bytes], root: x509.Certificate) -> Peer:
    """The node that a chain of certificates (DER, its own first) proves; :class:`NotOurs` if none.

    The role comes from the issuer first: what a kiosk's intermediate signs is a home, whatever it
    claims; what the root signs is what its certificate says.
    """
    try:
        certificates = [x509.load_der_x509_certificate(each) for each in chain]
        if certificates and certificates[-1] == root:
            del certificates[-1]
        return _peer(certificates, root)
    except _UNFIT as error:
        raise NotOurs("certificate", str(error)) from error


def check_homes(chain: Sequence[x509.Certificate], root: x509.Certificate) -> None:
    """Raise :class:`NotOurs` unless ``chain`` is one intermediate of ``root``, for homes alone."""
    if len(chain) != 1:
        raise NotOurs("certificate", f"{len(chain)} intermediates")
    _check_issued(chain[0], root)
    try:
        usage = chain[0].extensions.get_extension_for_class(x509.KeyUsage).value
        fits = usage.key_cert_sign and _constraints(chain[0]).path_length == 0
    except _UNFIT as error:
        raise NotOurs("certificate", str(error)) from error
    if not fits:
        raise NotOurs("certificate", "not an intermediate of ours")


def admitted(peer: Peer, at: datetime, revoked: Collection[int], certain: bool) -> None:
    """Return when ``peer`` may come in at ``at``, which is estate time; else :class:`Refused`.

    ``revoked``: serial numbers. A doubtful clock (not ``certain``) refuses nobody by dates.
    """
    if any(serial in revoked for serial in peer.serials):
        raise Refused("revoked", peer.node)
    if certain and at < peer.starts:
        raise Refused("early", peer.node)
    if certain and at > peer.ends:
        raise Refused("expired", peer.node)


def moved_out(peer: Peer, moved: Mapping[str, datetime]) -> bool:
    """Whether a home was made for people who have left since: others live behind its door now.

    ``moved``: since when, by household.
    """
    since = [moved[household] for household in peer.households if household in moved]
    return any(peer.starts + EARLIER < day for day in since)


def chain_from(ssl_object: Any) -> list[bytes]:
    """The chain that TLS verified, in DER, the peer's own first and our root last.

    ``ssl_object``: what asyncio gives as ``ssl_object``. Empty when the peer showed none.
    """
    if ssl_object is None:
        return []
    if hasattr(ssl_object, "get_verified_chain"):  # Python 3.13
        return list(ssl_object.get_verified_chain() or ())
    import _ssl  # what 3.13 made public, under its older name

    return [
        each.public_bytes(_ssl.ENCODING_DER)
        for each in ssl_object._sslobj.get_verified_chain() or ()
    ]


def _peer(certificates: Sequence[x509.Certificate], root: x509.Certificate) -> Peer:
    if not 1 <= len(certificates) <= 2:
        raise NotOurs("certificate", f"{len(certificates)} in the chain")
    own, *above = certificates
    if above:
        check_homes(above, root)
    _check_issued(own, above[0] if above else root)
    subject, role = _who(own, by_root=not above)
    whole = [*certificates, root]
    return Peer(
        subject.node,
        subject.name,
        role,
        subject.households if role == "home" else (),
        tuple(each.serial_number for each in certificates),
        max(each.not_valid_before_utc for each in whole),
        min(each.not_valid_after_utc for each in whole),
        subject.residence if role == "kiosk" else "",
    )


def _who(own: x509.Certificate, by_root: bool) -> tuple[Subject, Role]:
    subject, public = subject_of(own), own.public_key()
    if _constraints(own).ca or not isinstance(public, Ed25519PublicKey):
        raise NotOurs("certificate", "not a node's")
    role = role_of(own) if by_root else "home"
    if (subject.node == home_id(public)) != (role == "home"):
        raise NotOurs("certificate", "not the id of this key")
    return subject, role


def _check_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_UNFIT) as error:
        raise NotOurs("estate", "not signed by ours") from error
    if not _constraints(issuer).ca:
        raise NotOurs("certificate", "signed by a node")


def _constraints(certificate: x509.Certificate) -> x509.BasicConstraints:
    return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value


def der(certificates: Sequence[x509.Certificate]) -> list[bytes]:
    """Certificates as they go over the wire."""
    return [each.public_bytes(Encoding.DER) for each in certificates]
