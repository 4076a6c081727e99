"""The documents of one sample report: what a resident and an agent would have made themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sync.clock import ESTATE, stamp
from sync.documents.category import STATES
from sync.documents.fault import PROGRESS, declare, join
from sync.documents.key import natural
from sync.documents.kind import Document
from sync.documents.report import EVENT, REPORT, acknowledge, key_of
from sync.imports.table import Row

FLAT: Final = "flat"
SENT: Final = "sent"
PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    SENT: (),
    "received": STATES[:1],
    "planned": STATES[:2],
    "done": STATES[:3],
    "reopened": STATES[:4],
    "closed": (*STATES[:3], "closed"),
}
"""The states that a report went through to be in one."""

NODE: Final = "import.0"
"""The origin of what is imported: no node's own, so that every node makes the same documents."""


@dataclass(frozen=True)
class Case:
    """One row, its references found: who reports, where, since when, which households too."""

    row: Row
    person: Document
    place: str
    day: date
    promised: date | None
    others: frozenset[str]

    @property
    def household(self) -> str:
        """The household that reports."""
        return str(self.person["household"])

    @property
    def author(self) -> str:
        """The opaque id of who reports."""
        return key_of(self.person["_id"])

    @property
    def flat(self) -> bool:
        """Whether it is in their own home."""
        return self.row["place"] == FLAT

    @property
    def fault(self) -> str:
        """The key of the public part, "" for a flat."""
        return "" if self.flat else natural("sample fault", self.row["key"])


def at(day: date, hour: int, minute: int = 0) -> str:
    """The stamp of an hour of a day, on the estate's clock."""
    return stamp(datetime.combine(day, time(hour, minute), ESTATE))


def report(case: Case) -> Document:
    return REPORT.new(
        natural("sample report", case.row["key"]),
        household=case.household,
        at=at(case.day, 10),
        by=case.author,
        origin=NODE,
        category=case.row["category"],
        place=case.place,
        flat=True if case.flat else None,
        words=case.row["words"],
        lang=case.person.get("language") if case.row["words"] else "",
        recipient="landlord",
        fault=case.fault and f"fault:{case.fault}",
    )


def steps(case: Case, agent: str) -> Iterator[tuple[str, str, str]]:
    """The states a report went through, oldest first: state, stamp, who said it."""
    promised = case.promised or case.day
    when = {
        "received": at(case.day, 10, 5),
        "planned": at(case.day + timedelta(days=1), 11),
        "done": at(promised, 16),
        "reopened": at(promised + timedelta(days=1), 9),
        "closed": at(promised + timedelta(days=7), 9),
    }
    for state in PATHS[case.row["state"]]:
        yield state, when[state], case.author if state == "reopened" else agent


def told(case: Case, report_id: str, agent: str) -> Iterator[Document]:
    """The events and receipts of a report, in its household's range."""
    before: list[str] = []
    for state, when, by in steps(case, agent):
        if state in ("received", "planned"):
            reach = "reached" if state == "received" else "read"
            yield acknowledge(report_id, reach, at=when, origin=NODE)
        key = f"{report_id.rpartition(':')[2]}.{state}"
        yield EVENT.new(
            key,
            household=case.household,
            at=when,
            by=by,
            origin=NODE,
            report=report_id,
            after=before[-1:],
            **_answer(case, state),
        )
        before.append(key)


def _answer(case: Case, state: str) -> dict[str, str]:
    if state != "planned":
        return {"state": state}
    return {
        "state": state,
        "promised": str(case.promised),
        "words": case.row["answer"],
        "lang": "fr",
    }


def shown(case: Case, agent: str) -> Iterator[Document]:
    """The public part: the fault, who has it too, what the landlord says of it to all."""
    fault = declare(case.row["category"], case.place, case.day, origin=NODE, key=case.fault)
    yield fault
    for household in sorted(case.others - {case.household}):
        yield join(fault["_id"], household, case.day)
    for state, when, by in steps(case, agent):
        if by == agent:
            yield PROGRESS.new(
                f"{case.fault}.{state}",
                at=when,
                by=by,
                origin=NODE,
                fault=fault["_id"],
                **_answer(case, state),
            )
