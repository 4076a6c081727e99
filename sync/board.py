"""All reports and public faults as the landlord's desk lists them: folded once, and kept folded.

A queue is a question on folded states, which no index answers. So the facts are read once by
``_changes`` (https://docs.couchdb.org/en/stable/api/database/changes.html), without what only one
page needs, and at each question only what came since.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from sys import intern
from typing import Final

from sync import upkeep
from sync.clock import is_doubtful, stamp
from sync.database import Database
from sync.documents import KINDS, is_expired
from sync.documents.fault import FAULT, METOO, PROGRESS
from sync.documents.kind import Document
from sync.documents.merge import in_order
from sync.documents.report import EVENT, RECEIPT, REPORT, fold, household_of, key_of
from sync.upkeep import State

BATCH: Final = 250
"""Changes asked for at a time: they come whole, and a portal has little room."""

DATABASES: Final = ("private", "estate")

RECENT: Final = timedelta(days=120)
"""What is settled leaves the board after a season; what is not stays."""

SETTLED: Final = frozenset({"done", "closed"})

HELD: Final[Mapping[str, tuple[str, ...]]] = {
    REPORT.name: ("at", "by", "category", "place", "flat", "words", "fault"),
    EVENT.name: ("at", "state", "promised", "after"),
    RECEIPT.name: ("at", "state", "item"),
    FAULT.name: ("at", "day", "category", "place"),
    METOO.name: ("household",),
    PROGRESS.name: ("at", "state", "promised"),
}
"""What the board keeps of each kind in memory."""


@dataclass(frozen=True, slots=True)
class Case:
    """A report, or a public fault that nobody has reported, as a desk lists it.

    ``states`` as in :class:`sync.documents.report.Story`. ``due``: the day promised, else the one
    before which the landlord answers; None while the landlord has not got it. ``settled``: done,
    and nobody says otherwise.
    """

    document: Document
    states: tuple[str, ...]
    promised: date | None
    due: date | None
    reached: str | None
    read: str | None
    settled: bool

    @property
    def id(self) -> str:
        """The report's or the fault's id."""
        return str(self.document["_id"])

    @property
    def key(self) -> str:
        """The last part of its id."""
        return key_of(self.id)

    @property
    def is_report(self) -> bool:
        """Whether someone has reported it; else there is only a public fault."""
        return bool(self.document["kind"] == REPORT.name)

    @property
    def household(self) -> str:
        """Who reports; "" for a fault."""
        return household_of(self.id) if self.is_report else ""

    @property
    def fault(self) -> str:
        """The id of its public part, if it has one."""
        return str(self.document.get("fault", "")) if self.is_report else self.id

    @property
    def contradicted(self) -> bool:
        """Whether answers given while apart say different things."""
        return len(self.states) > 1

    def is_late(self, today: date) -> bool:
        """Whether the day promised is past and it is not done."""
        return not self.settled and bool(self.due and self.due < today)

    def is_listed(self, now: datetime, season: str) -> bool:
        """Whether a desk lists it at ``now``; ``season``: the stamp of :data:`RECENT` before."""
        if self.document["at"] > season:
            return True
        return not self.settled and not is_expired(self.document, now)


class Board:
    """The cases of one node. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._begin()
        self._listed: tuple[Case, ...] = ()
        self._day = ""

    def _begin(self) -> None:
        """Know nothing yet."""
        self._since = dict.fromkeys(DATABASES, "0")
        self._states: dict[str, State] = {}
        self._facts: dict[str, dict[str, Document]] = {}
        self._cases: dict[str, Case | None] = {}

    def cases(self, now: datetime) -> tuple[Case, ...]:
        """Every case that is open, or settled of late; in no order.

        The very same tuple until something changes, so that what is worked out from it can be kept.

        Raises :class:`sync.errors.Unreachable` and its kin.
        """
        season = stamp(now - RECENT)
        with self._lock:
            fresh = self._read_all()
            if fresh or self._day != season[:10]:
                self._day = season[:10]
                self._listed = self._list(now, season)
            return self._listed

    def _list(self, now: datetime, season: str) -> tuple[Case, ...]:
        found = [case for id in self._facts if (case := self._case(id, now))]
        reported = {case.fault for case in found if case.is_report}
        return tuple(
            case
            for case in found
            if (case.is_report or case.fault not in reported) and case.is_listed(now, season)
        )

    def households(self, case: Case) -> int:
        """How many households have a case's trouble, as :meth:`cases` last found it."""
        with self._lock:
            facts = list(self._facts.get(case.fault, {}).values()) if case.fault else []
        others = {d["household"] for d in facts if d["kind"] == METOO.name}
        return len(others | {case.household} - {""})

    def _read_all(self) -> bool:
        """Take what has come since, let go of what was purged; whether it told of any case."""
        told = [self._read(db) for db in DATABASES]
        if len(self._states) < len(DATABASES):  # so much was purged that all begins anew
            told += [self._read(db) for db in DATABASES]
        return any(told)

    def _read(self, db: str) -> bool:
        state, known = upkeep.state(self._database, db), self._states.get(db)
        if state == known:
            return False
        told = bool(known and known.purge_seq != state.purge_seq and self._forget(db))
        more = True
        while more:
            rows, self._since[db] = self._database.changes(db, self._since[db], BATCH)
            for row in rows:
                told |= self._take(row.id, None if row.deleted else row.document)
            more = len(rows) == BATCH
        self._states[db] = state
        return told

    def _forget(self, db: str) -> bool:
        """Let go of what was purged, which no feed tells of: of who is erased, of what is over."""
        gone = upkeep.purged(self._database, db)
        if gone is None:
            self._begin()
            return True
        return [self._take(id, None) for id in gone].count(True) > 0

    def _take(self, id: str, document: Document | None) -> bool:
        kind, subject = subject_of(id)
        if not subject:
            return False
        self._cases.pop(subject, None)
        facts = self._facts.setdefault(subject, {})
        if document is not None and KINDS[kind].is_valid(document):
            facts[id] = {"_id": id, "kind": kind, **_held(document, HELD[kind])}
        else:
            facts.pop(id, None)
        if not facts:
            del self._facts[subject]
        return True

    def _case(self, id: str, now: datetime) -> Case | None:
        if id not in self._cases:
            case = case_of(id, self._facts[id], now)
            if any(is_doubtful(fact.get("at", ""), now) for fact in self._facts[id].values()):
                return case  # which another day will find otherwise
            self._cases[id] = case
        return self._cases[id]


def subject_of(id: str) -> tuple[str, str]:
    """The kind of a document and the report or fault that it tells of, both read from its id.

    ("", "") for documents that tell of neither. From the id alone, since a fact belongs to whom
    its range says, whatever it holds.
    """
    first, _, rest = id.partition(":")
    if first in (FAULT.name, METOO.name, PROGRESS.name):
        key = rest.partition(":")[0] if first == METOO.name else rest
        key = key.partition(".")[0] if first == PROGRESS.name else key
        return first, FAULT.id(key)
    kind, _, key = rest.partition(":")
    if kind in (REPORT.name, EVENT.name, RECEIPT.name):
        return kind, REPORT.id(key.partition(".")[0], first)
    return "", ""


def _held(document: Document, names: tuple[str, ...]) -> Document:
    """These fields of a document; words that many documents share are kept once."""
    found = ((name, document[name]) for name in names if name in document)
    return {name: intern(value) if isinstance(value, str) else value for name, value in found}


def case_of(id: str, facts: Mapping[str, Document], now: datetime) -> Case | None:
    """What facts make together at ``now``; None while their report or fault is not among them."""
    document = facts.get(id)
    if document is None:
        return None
    if document["kind"] == FAULT.name:
        return _fault_case(document, in_order(_of(facts, PROGRESS.name), now))
    story = fold(document, list(_of(facts, EVENT.name)), list(_of(facts, RECEIPT.name)), now)
    return Case(
        document=document,
        states=story.states,
        promised=story.promised,
        due=story.promised or story.due,
        reached=story.reached,
        read=story.read,
        settled=_settled(story.states),
    )


def _fault_case(document: Document, told: list[Document]) -> Case:
    promised = next((p["promised"] for p in reversed(told) if "promised" in p), None)
    states = (str(told[-1]["state"]),) if told else ()
    return Case(
        document=document,
        states=states,
        promised=date.fromisoformat(promised) if promised else None,
        due=date.fromisoformat(promised) if promised else None,
        reached=None,
        read=None,
        settled=_settled(states),
    )


def _of(facts: Mapping[str, Document], kind: str) -> Iterator[Document]:
    return (fact for fact in facts.values() if fact["kind"] == kind)


def _settled(states: tuple[str, ...]) -> bool:
    return bool(states) and SETTLED.issuperset(states)
