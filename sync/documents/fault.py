"""A fault in a shared place: the public half of a report, and who else has it.

It holds nothing of the person, not even the hour: a fault and a report must not be matched by time.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from sync.clock import later
from sync.documents.category import CATEGORIES, STATES
from sync.documents.key import daily
from sync.documents.kind import DAY, PLACE, Document, Kind, one_of, text


def expires(document: Document) -> datetime | None:
    """A year after its day."""
    return later(f"{document['day']}T00:00:00Z", days=366)


FAULT: Final = Kind(
    name="fault",
    database="estate",
    longest=80,
    fields={"category": one_of(CATEGORIES), "place": PLACE, "day": DAY},
    optional={},
    expires=expires,
)

METOO: Final = Kind(
    name="metoo",
    database="estate",
    origin="never",
    fields={"fault": text(80, 1), "household": text(20, 1)},
    optional={"day": DAY},
)

PROGRESS: Final = Kind(
    name="progress",
    database="estate",
    fields={"fault": text(80, 1), "state": one_of(STATES), "by": text(40, 1)},
    optional={"promised": DAY, "words": text(1000), "lang": text(12)},
)
"""What the landlord says of a fault, to all who have it: the id is ``progress:<fault>.<ulid>``."""


def declare(category: str, place: str, day: date, *, origin: str, key: str = "") -> Document:
    """The public part of a report: category, place and day, and no more."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    at = f"{day.isoformat()}T00:00:00.000Z"
    return FAULT.new(
        key or daily(start), at=at, origin=origin, category=category, place=place, day=str(day)
    )


def join(fault_id: str, household: str, day: date) -> Document:
    """ "Me too": counts once for a household, whoever of it says it and on however many screens."""
    key = f"{fault_id.partition(':')[2]}:{household}"
    return METOO.new(key, fault=fault_id, household=household, day=str(day))


def neighbours(metoos: Sequence[Document]) -> int:
    """How many households have the fault."""
    return len({metoo["household"] for metoo in metoos})
