"""Reports as they are read: each with its events and its receipts."""

from datetime import datetime

from sync.database import Database
from sync.documents import sound
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
    return fold(report, events, receipts_of(database, report_id), now)


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
    return [fold(*facts, now) for facts in zip(reports, told[::2], told[1::2], strict=True)]
