"""The photos of a report: written beside it, document and pictures in one act."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import md5
from typing import Final, Protocol

from sync.clock import instant, stamp
from sync.database import Database
from sync.documents import sound
from sync.documents.delivery import Steps, steps
from sync.documents.kind import Document
from sync.documents.photo import PHOTO
from sync.documents.report import Story, about, household_of, key_of
from sync.stories import departures

FULL: Final = "photo.jpg"
SMALL: Final = "small.jpg"
MOST: Final = 4
"""Photos of one report."""

ABANDONED: Final = timedelta(days=1)
"""A photo is added before its report is sent; one whose report is not there by then has none."""


class Picture(Protocol):
    """A photo in two sizes; ``width`` and ``height`` are of the larger one."""

    @property
    def full(self) -> bytes:
        """The larger JPEG."""

    @property
    def small(self) -> bytes:
        """The smaller JPEG."""

    @property
    def width(self) -> int:
        """Pixels from side to side."""

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""


def photo_id(report_id: str, number: int) -> str:
    """Where the photo with this number, 1 to 4, of a report stands."""
    return PHOTO.id(f"{key_of(report_id)}.{number}", household_of(report_id))


def add(
    database: Database,
    report_id: str,
    pictures: Sequence[Picture],
    *,
    at: datetime,
    by: str,
    origin: str,
) -> int:
    """Add pictures to a report, which itself may still have to be written; returns how many it has.

    A picture that is there already is not added again: the same form may be sent twice. What is
    beyond :data:`MOST` is left out.
    """
    household, key = household_of(report_id), key_of(report_id)
    standing = photos(database, report_id)
    known = {digest for photo in standing for digest in _digests(photo)}
    free = [n for n in range(1, MOST + 1) if photo_id(report_id, n) not in _ids(standing)]
    fresh = [picture for picture in pictures if digest(picture.full) not in known]
    for number, picture in zip(free, fresh, strict=False):
        document = PHOTO.new(
            f"{key}.{number}",
            household=household,
            at=stamp(at),
            by=by,
            origin=origin,
            owner=report_id,
            width=picture.width,
            height=picture.height,
        )
        files = {FULL: _inline(picture.full), SMALL: _inline(picture.small)}
        database.put("private-media", {**document, "_attachments": files})
    return len(standing) + min(len(free), len(fresh))


def photos(database: Database, report_id: str) -> list[Document]:
    """The photos of a report that are here, in the order of their numbers.

    Only those with one of our numbers: what else a peer may send stands on no page.
    """
    ours = {photo_id(report_id, number) for number in range(1, MOST + 1)}
    found = sound(database.range("private-media", *about(report_id, PHOTO)))
    return [photo for photo in found if photo["_id"] in ours]


def ways(database: Database, story: Story, here: Sequence[Document]) -> list[Steps]:
    """How far each photo of a report has come; ``here``: those that are (:func:`photos`).

    One it was sent with that is not here has left where it was taken: it is on its way to here too.
    """
    report = story.report
    sent = [photo_id(report["_id"], n) for n in range(1, report.get("photos", 0) + 1)]
    away = [id for id in sent if id not in _ids(here)][: max(0, len(sent) - len(here))]
    left = departures(database, [photo["_id"] for photo in here])
    on_its_way = {"at": report["at"]}
    return [
        *(steps(photo, story.receipts, note) for photo, note in zip(here, left, strict=True)),
        *(steps({"_id": id, **on_its_way}, story.receipts, on_its_way) for id in away),
    ]


def sweep(database: Database, household: str, origin: str, now: datetime) -> int:
    """Delete the photos of reports that a household began on this node and never sent; how many.

    Only this node's own: of another's, the report may still be on its way.
    """
    start = f"{household}:{PHOTO.name}"
    found = sound(database.range("private-media", f"{start}:", f"{start};"))
    old = [p for p in found if p["from"] == origin and instant(p["at"]) < now - ABANDONED]
    reports = database.many("private", [photo["owner"] for photo in old])
    lone = [photo for photo, report in zip(old, reports, strict=True) if report is None]
    for photo in lone:
        database.delete("private-media", photo)
    return len(lone)


def number_of(photo: Document) -> int:
    """The number of a photo within its report."""
    return int(photo["_id"].rpartition(".")[2])


def digest(data: bytes) -> str:
    """What CouchDB says of an attachment's bytes in its ``digest``."""
    return "md5-" + base64.b64encode(md5(data, usedforsecurity=False).digest()).decode()


def _ids(photos: Sequence[Document]) -> set[str]:
    return {photo["_id"] for photo in photos}


def _digests(photo: Document) -> Iterator[str]:
    for name, stub in photo.get("_attachments", {}).items():
        if name == FULL:
            yield stub["digest"]


def _inline(data: bytes) -> dict[str, str]:
    return {"content_type": "image/jpeg", "data": base64.b64encode(data).decode()}


def image(database: Database, report_id: str, number: int, name: str) -> bytes | None:
    """One picture, :data:`FULL` or :data:`SMALL`; None when it is not here (yet)."""
    return database.attachment("private-media", photo_id(report_id, number), name)


def owner_of(database: Database, report_id: str, number: int) -> str:
    """The person who added a photo; "" when it is not here."""
    found = database.get("private-media", photo_id(report_id, number))
    return str(found["by"]) if found and PHOTO.is_valid(found) else ""
