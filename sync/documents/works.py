"""Planned works: what, where, from when to when."""

from collections.abc import Iterable
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


def series(ahead: Iterable[Document]) -> list[list[Document]]:
    """The same works at several times together, each series where its first one stood."""
    found: dict[tuple[object, ...], list[Document]] = {}
    for document in ahead:
        same = tuple(document.get(field) for field in SAME)
        found.setdefault((*same, *document.get("to", ())), []).append(document)
    return list(found.values())


SAME: Final = ("what", "title", "text", "lang", "channel", "audience")
"""The fields in which works of every week are alike; they concern the same places too."""

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
