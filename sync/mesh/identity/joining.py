"""How a home computer joins at a kiosk: both sides of ``POST /join``, as pure functions.

The code on the kiosk's screen is all that the two share. Each proves it over what it sends and the
certificate of the server as it sees it, so that whoever stands in between gets nothing.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.documents import sound
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.kind import Document
from sync.documents.merge import canonical
from sync.mesh.identity import csr
from sync.mesh.identity.chain import peer_of
from sync.mesh.identity.claims import name_of
from sync.mesh.identity.errors import NotOurs, Refused, Unreadable
from sync.mesh.identity.identity import Credentials, Identity, check
from sync.mesh.identity.invitations import Invitation, Invitations, answer_mac, key_of, request_mac
from sync.mesh.identity.pem import read_chain, write_chain

MAC_BYTES: Final = 32


def take(
    invitations: Invitations, asked: Mapping[str, Any], leaf: bytes, at: datetime
) -> Invitation:
    """The invitation behind the body of a request, used up; ``leaf`` is our own certificate (DER).

    :class:`Refused` as :meth:`Invitations.take`. What is no request costs no try.
    """
    wanted, mac = asked.get("csr"), _decoded(asked.get("mac"))
    if not isinstance(wanted, str) or not wanted.isascii() or len(mac) != MAC_BYTES:
        raise NotOurs("certificate", "no request")
    csr.read(wanted)
    return invitations.take(wanted, mac, leaf, at)


def welcome(
    identity: Identity,
    invitation: Invitation,
    asked: Mapping[str, Any],
    documents: Iterable[Document],
    leaf: bytes,
    at: datetime,
) -> dict[str, Any]:
    """What a kiosk answers to a request whose invitation it has taken.

    ``documents``: what is known of the household. Of it only who lives there, and where, is sent.
    """
    homes = identity.credentials.homes
    if homes is None:
        raise Refused("authority", "no homes are made here")
    wanted = csr.read(asked["csr"])
    chain = homes.certify(wanted.public, wanted.name, [invitation.household], at)
    answer: dict[str, Any] = {
        "chain": write_chain(chain),
        "root": write_chain([identity.root]),
        "households": [invitation.household],
        "documents": [_bare(each) for each in documents if _concerns(each, invitation.household)],
    }
    return {**answer, "mac": _encoded(answer_mac(invitation.key, _said(answer), leaf))}


@dataclass(frozen=True)
class Joined:
    """What a computer has once it has joined; ``household`` is the document, or None."""

    credentials: Credentials
    estate: str
    documents: list[Document]

    @property
    def household(self) -> Document | None:
        """Where it stands."""
        return next((each for each in self.documents if each["kind"] == HOUSEHOLD.name), None)


@dataclass(frozen=True)
class Application:
    """A computer that wants to join: its own key, and the key that the typed code gives."""

    own: Ed25519PrivateKey = field(repr=False)
    key: bytes = field(repr=False)
    csr: str

    def request(self, leaf: bytes) -> dict[str, str]:
        """What to post to the server that showed the certificate ``leaf`` (DER)."""
        mac = request_mac(self.key, self.csr, leaf)
        return {"csr": self.csr, "mac": _encoded(mac)}

    def accept(self, answer: Mapping[str, Any], leaf: bytes) -> Joined:
        """What we are by an answer; :class:`NotOurs` when it is not from who showed us the code."""
        said = {k: v for k, v in answer.items() if k != "mac"}
        expected = answer_mac(self.key, _said(said), leaf)
        if not hmac.compare_digest(_decoded(answer.get("mac")), expected):
            raise NotOurs("signature", "not who showed the code")
        try:
            return self._joined(said, leaf)
        except (Unreadable, KeyError, TypeError, AttributeError) as error:
            raise NotOurs("certificate", "not what a kiosk answers") from error

    def _joined(self, said: Mapping[str, Any], leaf: bytes) -> Joined:
        root = read_chain(said["root"])[0]
        peer_of([leaf], root)
        credentials = Credentials(self.own, read_chain(said["chain"]), root)
        node = check(credentials)
        if node.role != "home":
            raise NotOurs("certificate", "not a home's")
        mine = [each for each in said["documents"] if _concerns(each, *node.households)]
        return Joined(credentials, name_of(root.subject), mine)


def apply(code: str, name: str, known: Ed25519PrivateKey | None = None) -> Application:
    """An application of the computer ``name`` with the code that was typed; ``known``: the key of
    one that joins again."""
    own = known or Ed25519PrivateKey.generate()
    return Application(own, key_of(code), csr.write(own, name))


def _concerns(document: Document, *households: str) -> bool:
    """Whether it says who lives in one of ``households``, or where that is; and is sound."""
    if not any(sound([document])):
        return False
    if document["kind"] == PERSON.name:
        return document["household"] in households
    return document["_id"] in map(HOUSEHOLD.id, households)


def _bare(document: Document) -> Document:
    return {k: v for k, v in document.items() if k == "_id" or not k.startswith("_")}


def _said(answer: Mapping[str, Any]) -> bytes:
    return canonical(answer).encode("utf-8", "surrogatepass")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: object) -> bytes:
    """The bytes of a text of ours; none for anything else."""
    try:
        return base64.urlsafe_b64decode(str(text).encode("ascii") + b"==")
    except ValueError:
        return b""
