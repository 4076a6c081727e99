"""Writing a report: the public fault, "me too", the private report, the landlord's receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.pages.report.model import ULID, Draft
from sync import album, faults
from sync.clock import ESTATE, instant, stamp, today
from sync.database import Database
from sync.documents.fault import FAULT, declare, join
from sync.documents.key import daily
from sync.documents.kind import Document
from sync.documents.report import REPORT
from sync.errors import Conflict
from sync.receipts import receive

SAID: Final = ("category", "place", "flat", "by", "words", "signs")
"""What makes two reports say the same."""


@dataclass(frozen=True)
class Sender:
    """Who reports, and from where.

    ``origin`` is what the node's documents carry; ``landlord``: it is the landlord's own node, so
    that what is kept here has reached them.
    """

    household: str
    person: str
    staircase: str
    language: str
    origin: str
    landlord: bool


class AlreadySent(Conflict):
    """Something else was already sent under this form's key."""


def send(database: Database, draft: Draft, sender: Sender, now: datetime) -> str:
    """Write all that a report consists of; returns its id. Sent again, it completes and agrees.

    First the public part, then the report: a kill in between leaves a fault that a household has
    and no report tells of, as a passer-by's; never a report that names a fault which is not there.
    Raises AlreadySent when the key holds a report that says something else.
    """
    try:
        return _send(database, draft, sender, now)
    except AlreadySent:
        raise
    except Conflict:  # the same form, twice at this very moment: now the other one stands
        return _send(database, draft, sender, now)


def _send(database: Database, draft: Draft, sender: Sender, now: datetime) -> str:
    id = REPORT.id(draft.key, sender.household)
    standing = database.get("private", id)
    at = instant(standing["at"]) if standing else now
    fault = standing.get("fault", "") if standing else ""
    if not draft.flat and not fault:
        fault = publish(database, draft, at, sender.origin)
    photos = [photo["_id"] for photo in album.photos(database, id)]
    report = _report(draft, sender, at, fault, len(photos))
    if standing and not _says_the_same(standing, report):
        raise AlreadySent(id)
    if fault:
        _join(database, fault, sender.household, at)
    _write(database, "private", [] if standing else [report])
    if sender.landlord:
        receive(database, [id, *photos], now=at, origin=sender.origin)
    album.sweep(database, sender.household, sender.origin, now)
    return id


def publish(database: Database, draft: Draft, at: datetime, origin: str) -> str:
    """See that the public fault of a draft stands, a new one or the one it joins; returns its id.

    The key came with the form: one that stands for another trouble, or that we did not draw, is
    replaced.
    """
    standing = faults.one(database, FAULT.id(draft.fault))
    if standing and _is_of(standing.document, draft):
        return standing.id
    ours = standing is None and ULID.fullmatch(draft.fault)
    key = draft.fault if ours else daily(at.astimezone(ESTATE))
    fault = declare(draft.what, draft.place, today(at), origin=origin, key=key)
    _write(database, "estate", [fault])
    return str(fault["_id"])


def _is_of(fault: Document, draft: Draft) -> bool:
    return bool(fault["category"] == draft.what and fault["place"] == draft.place)


def _report(draft: Draft, sender: Sender, at: datetime, fault: str, photos: int) -> Document:
    return REPORT.new(
        draft.key,
        household=sender.household,
        at=stamp(at),
        by=sender.person,
        origin=sender.origin,
        category=draft.what,
        place=sender.staircase if draft.flat else draft.place,
        flat=True if draft.flat else None,
        signs=list(draft.signs),
        words=draft.words,
        lang=sender.language if draft.words else "",
        recipient="landlord",
        fault=fault,
        photos=photos or None,
    )


def _says_the_same(one: Document, other: Document) -> bool:
    return all(one.get(name) == other.get(name) for name in SAID)


def _join(database: Database, fault: str, household: str, at: datetime) -> None:
    try:
        database.put("estate", join(fault, household, today(at)))
    except Conflict:  # said before, on another day: it counts once
        return


def _write(database: Database, db: str, documents: Sequence[Document]) -> None:
    for row in database.bulk(db, documents):
        if row.error:
            raise Conflict(f"{row.id}: {row.error}")
