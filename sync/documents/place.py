"""Places: residences, staircases, shared spots, town halls, offices. Public, imported."""

from collections.abc import Mapping
from typing import Final

from sync.documents.kind import DAY, FLAG, PLACE, Document, Kind, one_of, text, whole

TYPES: Final = (
    "residence",
    "staircase",
    "hall",
    "shared",
    "townhall",
    "office",
    "service",
)

PLACE_KIND: Final = Kind(
    name="place",
    database="estate",
    origin="never",
    fields={"type": one_of(TYPES), "name": text(80, 1)},
    optional={
        "parent": PLACE,
        "address": text(160),
        "postcode": text(10),
        "city": text(60),
        "phone": text(40),
        "hours": text(300),
        "url": text(300),
        "emblem": text(30),
        "lift": FLAG,
        "floors": whole(0, 60),
        "source": text(300),
        "checked": DAY,
    },
)


def chain(places: Mapping[str, Document], start: str) -> tuple[str, ...]:
    """``start`` and what it lies in, innermost first: staircase, residence, sector town hall…

    ``places`` are documents by slug. A loop or an unknown parent ends the chain.
    """
    found: list[str] = []
    slug: str | None = start
    while slug and slug in places and slug not in found:
        found.append(slug)
        slug = places[slug].get("parent")
    return tuple(found)
