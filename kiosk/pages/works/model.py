"""Which works a reader finds in the list, one of them, and the shape of its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.announcements import Reader, one, works
from sync.clock import ESTATE, instant
from sync.database import Database
from sync.documents.announced import concerns
from sync.documents.kind import Document
from sync.documents.works import WORKS_KIND, series

MOST: Final = 500
"""Works ahead looked through to put one's own first: years of them for the whole estate."""

HOMES: Final = ("staircase", "residence")

LATER: Final = 4
"""Days named of works that come back: who wants to know of next year asks then."""

AROUND: Final = 2
"""Hours shown before and after the works."""

MARKS: Final = 8
"""At most so many hours are named under the bar: more would touch each other."""

URGENT: Final = timedelta(hours=48)


def listed(
    database: Database,
    reader: Reader,
    places: Mapping[str, Document],
    *,
    skip: int,
    limit: int,
) -> tuple[list[list[Document]], bool]:
    """At most ``limit`` works that are not over, and whether more follow.

    Those of the reader's own staircase and residence first, each by when they begin. Works that
    come back stand once, with all their times.
    """
    homes = [slug for slug in reader.places if slug in places and places[slug]["type"] in HOMES]
    found = works(database, reader, limit=MOST)
    found.sort(key=lambda document: not (document.get("to") and concerns(document, homes)))
    once = series(found)
    return once[skip : skip + limit], len(once) > skip + limit


def later(database: Database, document: Document, reader: Reader) -> list[Document]:
    """The next times of the same works, soonest first."""
    after = [d for d in works(database, reader, limit=MOST) if d["starts"] > document["starts"]]
    return series([document, *after])[0][1 : 1 + LATER]


def find(database: Database, key: str, reader: Reader) -> Document | None:
    """The works with this key, if they stand and this reader may read of them."""
    return one(database, WORKS_KIND.id(key), reader)


def phase(document: Document, now: datetime) -> str:
    """Where they are in time: "ahead", "near" (less than two days), "now" or "over"."""
    starts, ends = instant(document["starts"]), instant(document["ends"])
    if ends <= now:
        return "over"
    if starts <= now:
        return "now"
    return "near" if starts - now < URGENT else "ahead"


@dataclass(frozen=True)
class Mark:
    """An hour of the estate's clock, at ``at`` hundredths of the bar's length."""

    hour: int
    at: float


@dataclass(frozen=True)
class Bar:
    """A stretch of one day: from where to where, in hundredths, the works last."""

    start: float
    length: float
    marks: tuple[Mark, ...]

    @property
    def middle(self) -> float:
        """The middle of the works."""
        return self.start + self.length / 2


def bar(document: Document) -> Bar | None:
    """The day of works that begin and end in it; None for longer ones and whole days.

    None too for works that end before they begin: such a document can come from elsewhere.
    """
    starts = instant(document["starts"]).astimezone(ESTATE)
    ends = instant(document["ends"]).astimezone(ESTATE)
    if document.get("all_day") or starts.date() != ends.date() or ends < starts:
        return None
    begin, end = _hours(starts), _hours(ends)
    first, last = max(0, int(begin) - AROUND), min(24, _ceiling(end) + AROUND)
    step = _ceiling((last - first) / (MARKS - 1))
    unit = 100 / (last - first)
    marks = tuple(Mark(hour, (hour - first) * unit) for hour in range(first, last + 1, step))
    return Bar((begin - first) * unit, (end - begin) * unit, marks)


def _hours(when: datetime) -> float:
    return when.hour + when.minute / 60


def _ceiling(value: float) -> int:
    return -int(-value // 1)
