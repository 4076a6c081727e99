"""What the landlord says of a report or a fault: what the form must hold, which facts it makes."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.pages.desk.keep import keep
from sync.database import Database
from sync.documents.fault import PROGRESS
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.report import EVENT, heads, household_of, key_of

STATES: Final = ("received", "planned", "done", "closed")
"""What a desk may say; that it is not repaired after all is for the resident to say."""

DATED: Final = ("received", "planned")
"""States of something still to be done: only these promise a day."""

LONGEST: Final = 2000
FURTHEST: Final = 2
"""Years ahead that a day may be promised: further is a slip of the hand."""

ULID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True)
class Answer:
    """An answer as it was typed. ``seen``: the keys of the events that stood on the page."""

    key: str
    seen: tuple[str, ...] = ()
    state: str = ""
    promised: str = ""
    words: str = ""

    @property
    def day(self) -> date | None:
        """The day that is promised, where the state leaves something to do."""
        return _day(self.promised) if self.state in DATED else None


def blank(events: Collection[Document], state: str = "", promised: date | None = None) -> Answer:
    """A form as it is drawn: with its own key, and what its reader sees of the story."""
    seen = tuple(key_of(event["_id"]) for event in heads(list(events)))
    day = promised.isoformat() if promised else ""
    return Answer(fresh(), seen, state if state in STATES else "", day)


def typed(form: Mapping[str, str]) -> Answer:
    """The answer in a form that was sent."""
    key = form.get("key", "")
    return Answer(
        key=key if ULID.fullmatch(key) else fresh(),
        seen=tuple(form.get("seen", "").split()),
        state=form.get("state", ""),
        promised=form.get("promised", "").strip(),
        words=form.get("words", "").replace("\r\n", "\n").strip(),
    )


def faults(answer: Answer, today: date) -> dict[str, str]:
    """What is wrong with an answer: by field, one word for it. Empty when nothing is."""
    wrong = {
        "state": "" if answer.state in STATES else "missing",
        "promised": _promised(answer, today),
        "words": "long" if len(answer.words) > LONGEST else "",
    }
    return {field: word for field, word in wrong.items() if word}


def _promised(answer: Answer, today: date) -> str:
    if answer.state not in DATED:
        return ""
    if not answer.promised:
        return "missing" if answer.state == "planned" else ""
    day = _day(answer.promised)
    if day is None:
        return "unreadable"
    if day < today:
        return "past"
    return "far" if (day - today).days > FURTHEST * 366 else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write(
    database: Database,
    report: Document,
    events: Collection[Document],
    answer: Answer,
    *,
    at: str,
    by: str,
    origin: str,
) -> None:
    """Write an answer without faults: the event for the household, progress for all who have it.

    Sent twice it stands once; cut off in between, sending it again writes what was missing.
    """
    known = {key_of(event["_id"]) for event in events}
    day = answer.day
    event = EVENT.new(
        f"{key_of(report['_id'])}.{answer.key}",
        household=household_of(report["_id"]),
        at=at,
        by=by,
        origin=origin,
        report=report["_id"],
        state=answer.state,
        promised=day.isoformat() if day else "",
        words=answer.words,
        lang="fr" if answer.words else "",
        after=[key for key in dict.fromkeys(answer.seen) if key in known][:50],
    )
    keep(database, "private", event)
    if "fault" in report:
        advance(database, report["fault"], answer, at=at, by=by, origin=origin)


def advance(
    database: Database, fault: str, answer: Answer, *, at: str, by: str, origin: str
) -> None:
    """Tell all who have a fault what becomes of it: the state and the day, and no words."""
    day = answer.day
    progress = PROGRESS.new(
        f"{key_of(fault)}.{answer.key}",
        at=at,
        by=by,
        origin=origin,
        fault=fault,
        state=answer.state,
        promised=day.isoformat() if day else "",
    )
    keep(database, "estate", progress)
