"""Reports as they are read: each with its events and its receipts."""

from collections.abc import Sequence
from datetime import datetime

from sync.database import Database
from sync.documents import sound
from sync.documents.departure import departure_id
from sync.documents.kind import Document
from sync.documents.report import EVENT, RECEIPT, REPORT, Story, about, fold


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
    left = departures(database, [report_id])
    return fold(report, events, receipts_of(database, report_id), now, *left)


def of_person(
    database: Database, household: str, person: str, now: datetime, *, skip: int, limit: int
) -> list[Story]:
    """What one person of a household has reported, newest first."""
    asked = {
        "kind": REPORT.name,
        "by": person,
        "_id": {"$gt": f"{household}:", "$lt": f"{household};"},
    }
    order = [{field: "desc"} for field in ("kind", "by", "at")]
    found = database.find("private", asked, sort=order, skip=skip, limit=limit)
    reports = list(sound(found, now))
    ranges = [about(report["_id"], kind) for report in reports for kind in (EVENT, RECEIPT)]
    told = [list(sound(documents)) for documents in database.ranges("private", ranges)]
    left = departures(database, [report["_id"] for report in reports])
    facts = zip(reports, told[::2], told[1::2], left, strict=True)
    return [fold(report, said, got, now, note) for report, said, got, note in facts]


def departures(database: Database, items: Sequence[str]) -> list[Document | None]:
    """Of each of these documents, by its id, the note that it has left this node; None: not yet."""
    found = database.many("node", [departure_id(item) for item in items])
    return [next(sound(filter(None, [note])), None) for note in found]
