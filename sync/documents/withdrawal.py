"""A retraction: a fact of its own beside what it retracts, which stays as it was said.

That of an emergency is signed as the emergency is.
"""

from typing import Final

from sync.documents.kind import Document, Kind, text
from sync.documents.signed import SIGNED

WITHDRAWAL: Final = Kind(
    name="withdrawal",
    database="estate",
    longest=200,
    fields={"target": text(120, 1), "by": text(40, 1)},
    optional={"reason": text(300), "signed": SIGNED},
)


def withdraw(target: str, *, at: str, by: str, origin: str, reason: str = "") -> Document:
    """The retraction of the document with the id ``target``; one per target."""
    return WITHDRAWAL.new(target, at=at, by=by, origin=origin, target=target, reason=reason)


def withdrawal_id(target: str) -> str:
    """Where the retraction of ``target`` would stand."""
    return WITHDRAWAL.id(target)
