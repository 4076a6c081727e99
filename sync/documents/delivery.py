"""How far something one person wrote to another has come: receipts and departures, never counters.

For whatever is sent: a report, an answer to one, a photo. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sync.documents.kind import Document

REACHES: Final = ("reached", "read")
DELIVERY: Final = ("kept", "left", *REACHES)
"""Committed here; gone from here to some peer; durable at the addressee's; opened there."""

Steps = Mapping[str, str | None]
"""Each of :data:`DELIVERY`, in this order, with when; None for what is still to come."""


def steps(item: Document, receipts: Sequence[Document], departure: Document | None) -> Steps:
    """How far ``item`` has come; nothing comes after what is still to come.

    ``receipts`` may hold others' too. Who has read it has got it; what was got has left, even where
    no ``departure`` was noted: it may have been lost, or the item was written in another hall.
    """
    read = first(receipts, item["_id"], "read")
    reached = min(filter(None, (first(receipts, item["_id"], "reached"), read)), default=None)
    gone = departure["at"] if departure else None
    left = min(filter(None, (gone, reached)), default=None)
    return dict(zip(DELIVERY, (item["at"], left, reached, read), strict=True))


def first(receipts: Sequence[Document], item_id: str, state: str) -> str | None:
    """When an item was first "reached" or "read"; None: not yet."""
    stamps = (r["at"] for r in receipts if r["item"] == item_id and r["state"] == state)
    return min(stamps, default=None)


def farthest(known: Steps) -> str:
    """The last of the steps that were taken; what stands here is "kept" at least."""
    return [name for name, stamp in known.items() if stamp][-1]


def hindmost(many: Sequence[Steps]) -> tuple[str, int]:
    """Of several things that go apart, the step of those that are behind, and how many they are."""
    ranks = [DELIVERY.index(farthest(known)) for known in many]
    return (DELIVERY[min(ranks)], ranks.count(min(ranks))) if ranks else (DELIVERY[-1], 0)
