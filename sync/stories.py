"""Reports as they are read: each with its events and its receipts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sync.database import Database
from sync.documents import sound
from sync.documents.kind import Document, Kind
from sync.documents.report import EVENT, RECEIPT, REPORT, Story, about, fold, key_of


def receipts_of(database: Database, report_id: str) -> list[Document]:
    """Every receipt of a report and of its answers."""
    return list(sound(database.range("private", *about(report_id, RECEIPT))))


def one(database: Database, report_id: str, now: datetime) -> Story | None:
    """The report with this id and all that is known of it; None when it is not here."""
    found = database.get("private", report_id)
    report = next(sound([found], now), None) if found else None
    if report is None or report["kind"] != REPORT.name:
        return None
    events = list(sound(database.range("private", *about(report_id, EVENT))))
    return fold(report, events, receipts_of(database, report_id))


def of_person(database: Database, household: str, person: str, now: datetime) -> list[Story]:
    """What one person of a household has reported, newest first."""
    reports = [r for r in _all(database, REPORT, household, now) if r["by"] == person]
    events = _by_report(_all(database, EVENT, household, now))
    receipts = _by_report(_all(database, RECEIPT, household, now))
    stories = [fold(r, events[key_of(r["_id"])], receipts[key_of(r["_id"])]) for r in reports]
    return sorted(stories, key=lambda story: story.report["at"], reverse=True)


def _all(database: Database, kind: Kind, household: str, now: datetime) -> Sequence[Document]:
    start = f"{household}:{kind.name}"
    return list(sound(database.range("private", f"{start}:", f"{start};"), now))


def _by_report(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Events and receipts by the key of their report, which theirs begins with."""
    found: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        found[key_of(document["_id"]).partition(".")[0]].append(document)
    return found
