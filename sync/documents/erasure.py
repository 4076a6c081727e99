"""A person's erasure, each node's word that it is done, and a household's moving out.

An erasure and a move-out are facts that the landlord signs (:mod:`sync.mesh.identity`): they stay,
so that a node restored from a backup of before carries them out again.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from sync.clock import instant, later
from sync.documents.kind import DAY, FLAG, STAMP, Document, Kind, listing, text
from sync.documents.signed import SIGNED

ERASURE: Final = Kind(
    name="erasure",
    database="estate",
    fields={"person": text(40, 1), "household": text(20, 1)},
    optional={"whole": FLAG, "signed": SIGNED},
)
"""The key is the person's id. ``whole``: nobody else lived behind their door, so that all that is
dated up to then goes with them; who signs decides that, as only the register knows."""

ERASED: Final = Kind(
    name="erased",
    database="status",
    fields={"person": text(40, 1), "asked": STAMP},
    optional={},
)
"""A node has carried out the erasure that was ``asked`` then; the key is ``<person>.<node>``."""

MOVEOUT: Final = Kind(
    name="moveout",
    database="estate",
    fields={"household": text(20, 1), "day": DAY},
    optional={"people": listing(text(40, 1), 40), "signed": SIGNED},
    expires=lambda document: later(f"{document['day']}T00:00:00Z", days=3 * 365),
)
"""Those behind a door leave on ``day``; the key is ``<household>.<day>``. It lasts as long as their
reports do. ``people``: the ids of those who leave, whose codes and cards end; who comes after them
may have theirs before the day."""

STAYING: Final = frozenset({ERASURE.name, ERASED.name})
"""What says that someone was erased names them too, by an id that is nobody's name."""


def erase(
    person: str, household: str, others: Iterable[Document], *, at: str, by: str, origin: str
) -> Document:
    """The erasure of a person, still to be signed. ``others``: the people of their household."""
    alone = not any(other["_id"].rpartition(":")[2] != person for other in others)
    return ERASURE.new(
        person,
        at=at,
        by=by,
        origin=origin,
        person=person,
        household=household,
        **({"whole": True} if alone else {}),
    )


def move_out(
    household: str, day: date, people: Iterable[str] = (), *, at: str, by: str, origin: str
) -> Document:
    """That those behind a door, these ``people``, leave on ``day``; still to be signed."""
    key, who = f"{household}.{day.isoformat()}", sorted(people)
    told: dict[str, Any] = {"household": household, "day": str(day), "people": who}
    return MOVEOUT.new(key, at=at, by=by, origin=origin, **told)


def named(document: Document) -> frozenset[str]:
    """Whom a leaf may be by, to or about: what its fields say, and the parts of its id.

    Nobody for what says that someone was erased.
    """
    if document.get("kind") in STAYING:
        return frozenset()
    to = document.get("to")
    several = to if isinstance(to, list) else [to]
    fields = (document.get("by"), document.get("person"), *several)
    return frozenset([*map(str, fields), *re.split("[:.]", str(document.get("_id")))])


def goes_along(document: Document, erasure: Document) -> bool:
    """Whether a leaf goes with the last of its household: by its range, or naming its door.

    The door itself stays: it is a place. So does what is dated after, for who lives there next.
    """
    if not erasure.get("whole") or document.get("kind") in (*STAYING, "household", "person"):
        return False
    parts = re.split("[:.]", str(document.get("_id")))
    if erasure["household"] not in (*parts, document.get("household"), document.get("account")):
        return False
    return _is_dated_by(document, instant(erasure["at"]))


def _is_dated_by(document: Document, at: datetime) -> bool:
    """Whether a leaf is dated, at ``at`` or before; a day counts from its midnight in UTC."""
    said = str(document.get("at") or document.get("day"))
    try:
        when = instant(said if "T" in said else f"{said}T00:00:00Z")
        return when <= at
    except (TypeError, ValueError):  # no date, or none that can be compared
        return False
