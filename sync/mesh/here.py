"""What a node keeps, and takes from others: rules on single documents. Pure.

The gateway and the egress ask the same questions as the sweep (:mod:`sync.mesh.retention`), so that
what was purged does not come back. ``at`` is estate time where that is certain, and None while it
is in doubt: what is refused is not sent again, so then nothing is refused for its date.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sync.clock import instant
from sync.documents import KINDS, is_expired
from sync.documents.account import CARD, VERIFIER
from sync.documents.erasure import named
from sync.documents.key import dated
from sync.documents.kind import Document
from sync.documents.report import household_of, key_of

Role = Literal["kiosk", "landlord", "home"]

ELSEWHERE: Final = timedelta(days=30)
"""How long a kiosk keeps what households of other residences than its own have written."""


ENDED: Final = (VERIFIER.name, CARD.name, "session")
"""What ends with a move-out: a person's code, their card, their visits."""


@dataclass(frozen=True)
class Here:
    """Which node this is, as far as that decides what it keeps.

    ``role``: "landlord" wins where it has several. ``residence``: a kiosk's own, "" for none.
    ``households``: a home's. ``homes``: the residence of each household that is known here.
    ``moved``: the midnight after which those behind a door are others than before; ``left``: the
    same by household and person, for those who were named as leaving.
    ``erased``: the people whose erasure was signed. See :func:`sync.mesh.survey.survey`.
    """

    node: str
    role: Role
    residence: str = ""
    households: tuple[str, ...] = ()
    homes: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, datetime] = field(default_factory=dict)
    left: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    erased: Collection[str] = ()

    def made(self, document: Document) -> bool:
        """Whether the document was written on this node."""
        return str(document.get("from", "")).startswith(f"{self.node}.")


def acceptable(document: Document, at: datetime | None, erased: Collection[str] = ()) -> bool:
    """Whether a document may come in: it has not expired and is not by or to someone erased.

    A tombstone has nothing that ends. Of what is not sound, or of a kind we do not know, another
    rule judges.
    """
    if erased and not named(document).isdisjoint(erased):
        return False
    kind = KINDS.get(str(document.get("kind")))
    if at is None or kind is None or document.get("_deleted") or not _is_over(document, at):
        return True
    return not kind.is_valid(document)


def takes(document: Document, at: datetime | None, here: Here) -> bool:
    """Whether a document may come in on this node: what the gateway and the egress ask."""
    kept = kept_here(document["_id"], at, here, document) if _is_private(document) else True
    kept = kept and not has_left(document, here)
    return kept and acceptable(document, at, here.erased)


def has_left(document: Document, here: Here) -> bool:
    """Whether it is a proof or a visit of someone who has moved out since."""
    if document.get("kind") not in ENDED:
        return False
    day = here.left.get((str(document.get("account")), str(document.get("person"))))
    try:
        made = instant(str(document.get("at") or document.get("opened")))
        return day is not None and made < day
    except (TypeError, ValueError):  # no date, or none that can be compared
        return False


def _is_private(document: Document) -> bool:
    kind = KINDS.get(str(document.get("kind")))
    return kind is not None and kind.of_household


def _is_over(document: Document, at: datetime) -> bool:
    try:
        return is_expired(document, at)
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError):
        return False  # not sound; or as "24:00:00", which the pattern lets through


def kept_here(id: str, at: datetime | None, here: Here, document: Document | None = None) -> bool:
    """Whether this node keeps the document of ``private`` or ``private-media`` with this id.

    The landlord keeps all. A home keeps its households' ranges, and after a move-out only what is
    dated since. A kiosk keeps all of its own residence and of doors it does not know, and of other
    residences what is of the last :data:`ELSEWHERE`. Dated by the document where it is given, else
    by the ULID in its id; what has no date is kept.
    """
    household = household_of(id)
    if here.role == "landlord" or not household:
        return True
    when = date_of(id, document)
    if here.role == "home":
        since = here.moved.get(household)
        return household in here.households and not (since and when and when < since)
    other = here.homes.get(household, here.residence) != here.residence
    return not (here.residence and other and at and when and when < at - ELSEWHERE)


def date_of(id: str, document: Document | None = None) -> datetime | None:
    """When a document says that it was written, or its id does; None where neither tells."""
    try:
        found = instant(document["at"]) if document and "at" in document else dated(key_of(id))
    except (TypeError, ValueError):
        return None
    return found if found and found.tzinfo else None
