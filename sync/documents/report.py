"""A report to the landlord, what is said of it, how far it has come: facts, folded when read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sync.clock import ESTATE, instant, later
from sync.documents.category import ALL_SIGNS, CATEGORIES, STATES
from sync.documents.delivery import REACHES, Steps, first, steps
from sync.documents.key import receipt_number
from sync.documents.kind import DAY, LANGUAGE, PLACE, Document, Kind, listing, one_of, text, whole
from sync.documents.merge import in_order
from sync.documents.place import chain

RECIPIENTS: Final = ("landlord", "sector", "commune")
PROMISE_DAYS: Final = 5
"""The landlord answers within this many days of having the report."""


def expires(document: Document) -> datetime | None:
    """Three years after its date: the time in which a tenant may still claim (Code civil, 7-1 of
    the law of 6 July 1989)."""
    return later(document["at"], days=3 * 365)


REPORT: Final = Kind(
    name="report",
    database="private",
    longest=80,
    fields={"category": one_of(CATEGORIES), "place": PLACE, "by": text(40, 1)},
    optional={
        "flat": {"type": "boolean"},
        "signs": listing(one_of(ALL_SIGNS), 8),
        "words": text(2000),
        "lang": LANGUAGE,
        "recipient": one_of(RECIPIENTS),
        "fault": text(80, 1),
        "photos": whole(0, 4),
    },
    expires=expires,
)
"""``place``: a shared place's slug or, for a ``flat``, its staircase's. ``photos``: how many it was
sent with. ``signs``: what was touched instead of written, by its category's."""

EVENT: Final = Kind(
    name="event",
    database="private",
    fields={"report": text(120, 1), "by": text(40, 1)},
    optional={
        "state": one_of(STATES),
        "promised": DAY,
        "words": text(2000),
        "lang": LANGUAGE,
        "after": listing(text(80), 50),
    },
    expires=expires,
)
"""What someone says of a report; the key is ``<report's key>.<ulid>``. ``after``: the keys of the
events they had seen, so that two answers given while apart are known to be so."""

RECEIPT: Final = Kind(
    name="receipt",
    database="private",
    longest=200,
    fields={"item": text(120, 1), "state": one_of(REACHES)},
    optional={},
    expires=expires,
)
"""Written by a node of the addressee; the key is ``<item's key>.<state>.<node>``."""


@dataclass(frozen=True)
class Story:
    """A report with all that is known of it.

    ``states`` are those that nobody has gone past: usually one; two when answers given while apart
    contradict each other, and then both are shown. Empty: nothing was said yet.
    """

    report: Document
    events: tuple[Document, ...]
    states: tuple[str, ...]
    promised: date | None
    reached: str | None
    read: str | None
    receipts: tuple[Document, ...] = ()
    departure: Document | None = None

    def heard(self, event: Document) -> str | None:
        """When an answer was first opened by whom it is for; None: not yet."""
        return first(self.receipts, event["_id"], "read")

    @property
    def left(self) -> str | None:
        """When it left this node, or was known to have: a peer has it, or the landlord has."""
        return delivery(self)["left"]

    @property
    def answered(self) -> bool:
        """Whether the landlord has said anything in words."""
        return any(event.get("words") for event in self.events)

    @property
    def due(self) -> date | None:
        """The day before which the landlord answers, counted from the day it has the report."""
        if self.reached is None:
            return None
        return instant(self.reached).astimezone(ESTATE).date() + timedelta(days=PROMISE_DAYS)


def key_of(document_id: str) -> str:
    """The last part of an id."""
    return document_id.rpartition(":")[2]


def household_of(document_id: str) -> str:
    """Whose document it is: the first part of its id, in the databases of households."""
    return document_id.partition(":")[0]


def about(report_id: str, kind: Kind) -> tuple[str, str]:
    """The id range, end excluded, of the events or receipts of one report."""
    start = kind.id(key_of(report_id) + ".", household_of(report_id))
    return start, start[:-1] + "/"


def heads(events: Sequence[Document]) -> list[Document]:
    """The events that no other event came after, oldest first."""
    past = {key for event in events for key in event.get("after", [])}
    last = [event for event in events if key_of(event["_id"]) not in past]
    return sorted(last, key=lambda event: (event["at"], event["_id"]))


def fold(
    report: Document,
    events: Sequence[Document],
    receipts: Sequence[Document],
    at: datetime,
    departure: Document | None = None,
) -> Story:
    """The state of a report: a pure function of its facts, in whatever order they came.

    ``at``: estate time; a promise of a doubtful stamp gives way to any other. ``departure``: the
    note of this node that the report has left it.
    """
    far = steps(report, receipts, departure)
    told = in_order(events, at)
    stated = [event for event in told if "state" in event]
    promised = next((e["promised"] for e in reversed(told) if "promised" in e), None)
    return Story(
        report=report,
        events=tuple(told),
        states=tuple(dict.fromkeys(event["state"] for event in heads(stated))),
        promised=date.fromisoformat(promised) if promised else None,
        reached=far["reached"],
        read=far["read"],
        receipts=tuple(receipts),
        departure=departure,
    )


def delivery(story: Story) -> Steps:
    """How far a report has come."""
    return steps(story.report, story.receipts, story.departure)


def number(report: Document, places: Mapping[str, Document]) -> str:
    """The number that is said aloud for a report or a fault: "B 47 21 93".

    The letter is that of the staircase it is about, if it is about one of ``places``.
    """
    inside = (places[slug] for slug in chain(places, report["place"]))
    staircase = next((place for place in inside if place["type"] == "staircase"), None)
    letter = staircase["name"].rpartition(" ")[2] if staircase else ""
    return receipt_number(report["_id"], letter if len(letter) <= 2 else "")


def acknowledge(item_id: str, state: str, *, at: str, origin: str, household: str = "") -> Document:
    """The receipt of ``item_id`` ("reached" or "read") by the node ``origin``."""
    node = origin.partition(".")[0]
    return RECEIPT.new(
        f"{key_of(item_id)}.{state}.{node}",
        household=household or household_of(item_id),
        at=at,
        origin=origin,
        item=item_id,
        state=state,
    )
