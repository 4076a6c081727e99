"""One's own reports as they are read: what was said of each, by whom, in which state it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sync.clock import stamp
from sync.database import Database
from sync.documents.delivery import farthest
from sync.documents.kind import Document
from sync.documents.report import (
    EVENT,
    Story,
    acknowledge,
    delivery,
    heads,
    household_of,
    key_of,
)
from sync.faults import SETTLED


@dataclass(frozen=True)
class Line:
    """One thing that was said of a report. ``ours``: by whom it is of; else by the landlord.

    ``state``, ``promised``, ``words`` and ``lang`` are "" where the line says nothing of the kind.
    """

    at: str
    ours: bool
    state: str
    promised: str
    words: str
    lang: str


@dataclass(frozen=True)
class Case:
    """A report with what the landlord says to all who have its fault, oldest first."""

    story: Story
    progress: tuple[Document, ...] = ()

    @property
    def key(self) -> str:
        """The last part of the report's id."""
        return key_of(self.story.report["_id"])

    @property
    def states(self) -> tuple[str, ...]:
        """Its state; two when answers given while apart contradict each other, and both stand.

        What was said to this person counts before what was said to all.
        """
        said = self.story.states or tuple(p["state"] for p in self.progress[-1:])
        return said or ("received" if self.story.reached else "sent",)

    @property
    def promised(self) -> date | None:
        """The day the landlord has promised, to this person or to all."""
        to_all = [p["promised"] for p in self.progress if "promised" in p]
        return self.story.promised or (date.fromisoformat(to_all[-1]) if to_all else None)

    @property
    def far(self) -> str:
        """How far it has come, one word of :data:`sync.documents.delivery.DELIVERY`."""
        return farthest(delivery(self.story))

    @property
    def answered(self) -> bool:
        """Whether the landlord has said anything in words."""
        return any(line.words and not line.ours for line in self.lines)

    @property
    def settled(self) -> bool:
        """Whether someone says that it is mended, so that one may say it is not."""
        return not SETTLED.isdisjoint(self.states)

    @property
    def lines(self) -> Sequence[Line]:
        """All that was said, oldest first; what was said alike to this person and to all, once."""
        author = self.story.report["by"]
        own = [_line(event, event["by"] == author) for event in self.story.events]
        known = {(line.state, line.words, line.promised) for line in own}
        to_all = [_line(document, ours=False) for document in self.progress]
        fresh = [x for x in to_all if (x.state, x.words, x.promised) not in known]
        return sorted([*own, *fresh], key=lambda line: line.at)


def _line(document: Document, ours: bool) -> Line:
    told = (str(document.get(name, "")) for name in ("state", "promised", "words", "lang"))
    return Line(document["at"], ours, *told)


def reopened(story: Story, key: str, now: datetime, origin: str) -> Document:
    """ "It is not mended": what whom it is of says after all that was said."""
    id = story.report["_id"]
    return EVENT.new(
        f"{key_of(id)}.{key}",
        household=household_of(id),
        at=stamp(now),
        by=story.report["by"],
        origin=origin,
        report=id,
        state="reopened",
        after=[key_of(event["_id"]) for event in heads(story.events)],
    )


def reopen(database: Database, story: Story, key: str, now: datetime, origin: str) -> None:
    """Say that it is not mended; said twice by one form, it is said once."""
    event = reopened(story, key, now, origin)
    if not any(event["_id"] == known["_id"] for known in story.events):
        database.put("private", event)


def hear(database: Database, story: Story, now: datetime, origin: str) -> None:
    """Write that the answers to a report are opened, for those of which it is not known yet."""
    author = story.report["by"]
    fresh = [e for e in story.events if e["by"] != author and story.heard(e) is None]
    receipts = [acknowledge(e["_id"], "read", at=stamp(now), origin=origin) for e in fresh]
    database.bulk("private", receipts)
