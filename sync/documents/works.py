"""Planned works: what, where, from when to when."""

from datetime import datetime
from typing import Final

from sync.clock import instant, later
from sync.documents.category import WORKS
from sync.documents.kind import FLAG, STAMP, Document, Kind, one_of
from sync.documents.merge import newest
from sync.documents.notice import ANNOUNCED, DETAILS


def expires(document: Document) -> datetime | None:
    """Works stay a week after their end, for who asks what that was."""
    return later(document["ends"], days=7)


def is_over(document: Document, at: datetime) -> bool:
    """Whether the works have ended at ``at``."""
    return instant(document["ends"]) <= at


WORKS_KIND: Final = Kind(
    name="works",
    database="estate",
    origin="either",
    fields={**ANNOUNCED, "what": one_of(WORKS), "starts": STAMP, "ends": STAMP},
    optional={**DETAILS, "all_day": FLAG},
    expires=expires,
    merge=newest,
)
"""``starts`` and ``ends`` are instants, the end not included; ``all_day``: only the days count."""
