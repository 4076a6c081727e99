"""News: of the residence, the landlord, the sector town hall, the commune."""

from datetime import datetime
from typing import Final

from sync.clock import instant, later
from sync.documents.category import CHANNELS
from sync.documents.kind import (
    AUDIENCE,
    FLAG,
    LANGUAGE,
    PLACE,
    STAMP,
    Document,
    Kind,
    Schema,
    listing,
    one_of,
    record,
    text,
)
from sync.documents.merge import newest

SHOWN: Final = {"days": 90}
"""How long a notice without an end is worth showing."""

ANNOUNCED: Final[dict[str, Schema]] = {
    "audience": AUDIENCE,
    "title": text(200, 1),
    "channel": one_of(CHANNELS),
    "lang": LANGUAGE,
}
"""What everything that is announced holds: to whom, what, who speaks, in which language."""

DETAILS: Final[dict[str, Schema]] = {
    "to": listing(PLACE, 40),
    "text": text(6000),
    "until": STAMP,
    "edited": STAMP,
    "source": record(name=text(120, 1)),
}
"""``to``: the places it concerns, none for all. ``until``: when it is over. ``source``: who said it
first, with ``url``. ``text``: plain, paragraphs apart by an empty line."""


def expires(document: Document) -> datetime | None:
    """When a notice stops: at its own end, else 90 days after its date."""
    return instant(document["until"]) if "until" in document else later(document["at"], **SHOWN)


NOTICE: Final = Kind(
    name="notice",
    database="estate",
    origin="either",
    fields={**ANNOUNCED},
    optional={**DETAILS, "starts": STAMP, "ends": STAMP, "all_day": FLAG},
    expires=expires,
    merge=newest,
)
"""``starts`` and ``ends``: when what it tells of takes place, as works have it;
``until`` is then its end."""
