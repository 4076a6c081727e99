"""What notices, works and emergencies share: whom they concern, who may read them."""

from collections.abc import Iterable, Sequence

from sync.documents.kind import Document


def concerns(document: Document, places: Iterable[str]) -> bool:
    """Whether it is for someone who is at ``places`` (slugs, innermost first); no ``to``: all."""
    to = document.get("to", [])
    return not to or not set(to).isdisjoint(places)


def may_read(document: Document, *, signed_in: bool) -> bool:
    """Whether it is public, or the reader has signed in."""
    return document.get("audience", "public") == "public" or signed_in


def nearest(document: Document, places: Sequence[str]) -> int:
    """How near it is: 0 for one's own staircase, then the residence…; the last for everyone."""
    to = set(document.get("to", []))
    return next((n for n, place in enumerate(places) if place in to), len(places))
