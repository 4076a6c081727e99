"""Whether a document may come in: pure, over what came, what stands here, and who sends it.

Every document from a peer is input. What a hall or the landlord sends is held to its kind; what a
home sends also to whose it is.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sync.couch.wire import dumps
from sync.documents import KINDS
from sync.documents.fault import FAULT, METOO
from sync.documents.kind import Document, Kind
from sync.documents.photo import PHOTO
from sync.documents.preference import PREFERENCE
from sync.documents.report import EVENT, RECEIPT, REPORT, household_of, key_of
from sync.mesh.gateway.calls import ID
from sync.mesh.identity.chain import Peer
from sync.mesh.identity.witness import is_signed

JUMP: Final = 100
"""Generations by which a home may go beyond what stands here: more would win for ever."""

LONGEST: Final = 256 * 1024
"""Bytes of a document without its attachments; the largest kind holds a tenth."""

OWN: Final = frozenset({REPORT.name, EVENT.name, RECEIPT.name, PREFERENCE.name, PHOTO.name})
"""What residents write in their own range."""

SHARED: Final = frozenset({FAULT.name, METOO.name})
"""What residents write for all."""

SAYS: Final = frozenset({"reopened", "closed"})
"""States that a resident may give a report; the others are the landlord's."""

FIXED: Final = ("kind", "audience", "from", "by", "at")
"""What an edit never changes."""


@dataclass(frozen=True)
class Judge:
    """The rules for what ``peer`` sends to ``db``.

    ``acceptable``: whether a document is still worth keeping here (expiry, retention).
    ``attested``: whether a document is signed by who may say it.
    ``persons``: those of the peer's households, asked for only where it is a home.
    """

    peer: Peer
    db: str
    acceptable: Callable[[Document], bool]
    attested: Callable[[Document], bool]
    persons: Collection[str] = ()

    def refusal(self, document: Any, standing: Sequence[Document]) -> str:
        """Why the document does not come in; "" when it does.

        ``standing``: every leaf that stands here under its id, with ``_revisions``; only asked
        for where the peer is a home.
        """
        wrong = _shape(document, self.db)
        if wrong:
            return wrong
        kind = KINDS.get(str(document.get("kind")))
        deleted = bool(document.get("_deleted"))
        if kind is not None and not deleted:
            wrong = _content(document, kind)
            if not wrong and is_signed(document) and not self.attested(document):
                wrong = "not signed by who may say it"
        if deleted and is_signed(document):
            wrong = "stays for ever"
        if wrong:
            return wrong
        if not self.acceptable(document):
            return "expired"
        return self._of_home(document, kind, standing) if self.peer.role == "home" else ""

    def _of_home(self, document: Document, kind: Kind | None, standing: Sequence[Document]) -> str:
        if kind is None or kind.name not in (OWN if kind.of_household else SHARED):
            return "not for a home to write"
        wrong = self._edit(document, standing) if standing else self._creation(document, kind)
        return wrong or self._claims(document, kind)

    def _creation(self, document: Document, kind: Kind) -> str:
        if document.get("_deleted"):
            return "nothing to delete"
        if _generation(document) > JUMP:
            return "too many generations"
        if kind.of_household and household_of(document["_id"]) not in self.peer.households:
            return "another household's"
        return ""

    def _edit(self, document: Document, standing: Sequence[Document]) -> str:
        if household_of(document["_id"]) not in self.peer.households and any(
            _node(leaf) != self.peer.node for leaf in standing
        ):
            return "another's document"
        if any(not self._is_ours(leaf) for leaf in standing):
            return "another's document"
        if _generation(document) - max(map(_generation, standing)) > JUMP:
            return "too many generations"
        fixed = FIXED if not document.get("_deleted") else FIXED[:2]
        changed = [n for n in fixed if any(leaf.get(n) != document.get(n) for leaf in standing)]
        return f"{changed[0]} never changes" if changed else ""

    def _is_ours(self, leaf: Document) -> bool:
        """Whether a leaf that stands here was written by this home or its people."""
        if leaf.get("kind") == PREFERENCE.name:
            return key_of(leaf["_id"]) in self.persons
        return _node(leaf) == self.peer.node or leaf.get("by") in self.persons

    def _claims(self, document: Document, kind: Kind) -> str:
        """What a home says is true of itself: its node, its people, what they may say."""
        if document.get("_deleted"):
            return ""
        if kind is METOO:
            mine = document["household"] in self.peer.households
            named = key_of(document["_id"]) == document["household"]
            return "" if mine and named else "another household's"
        if kind is PREFERENCE:
            return "" if key_of(document["_id"]) in self.persons else "another person's"
        by = document.get("by")
        if by is not None and by not in self.persons:
            return "another person's name"
        if kind is EVENT and (document.get("state") not in (None, *SAYS) or "promised" in document):
            return "the landlord's to say"
        if kind is RECEIPT:
            return self._receipt(document)
        return ""

    def _receipt(self, document: Document) -> str:
        """Of what was said to its people, and by itself: never that the landlord has something."""
        item = str(document["item"]).split(":")
        ours = key_of(document["_id"]).rpartition(".")[2] == self.peer.node
        heard = len(item) == 3 and item[0] in self.peer.households and item[1] == EVENT.name
        return "" if ours and heard else "another's receipt"


def _shape(document: Any, db: str) -> str:
    """What is wrong with the envelope of what came, whoever sends it."""
    if not isinstance(document, dict):
        return "no document"
    id, kind = document.get("_id"), document.get("kind")
    if not isinstance(id, str) or not ID.fullmatch(id):
        return "no id of ours"
    if not isinstance(kind, str):
        return "without a kind"
    if not _belongs(id, kind, db):
        return "not where its kind belongs"
    return ""


def _belongs(id: str, kind: str, db: str) -> bool:
    """Whether a document of this kind may stand under this id in this database."""
    known = KINDS.get(kind)
    if known is not None and known.database != db:
        return False
    parts = id.split(":")
    at = 1 if db.startswith("private") else 0
    return len(parts) > at + 1 and parts[at] == kind and all(parts)


def _content(document: Document, kind: Kind) -> str:
    """What is wrong with its fields; a newer version is judged by those who know it."""
    version = document.get("v")
    if not isinstance(version, int) or isinstance(version, bool):
        return "without a version"
    if len(dumps(document)) > LONGEST:
        return "too large"
    if version > kind.newest or kind.is_valid(document):
        return ""
    return "not what its kind asks"


def _generation(document: Mapping[str, Any]) -> int:
    number = str(document.get("_rev", "0-")).partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def _node(document: Mapping[str, Any]) -> str:
    return str(document.get("from", "")).partition(".")[0]
