"""What one person wrote at this machine and that has not left it yet."""

from typing import Final

from sync.database import Database
from sync.documents import sound
from sync.documents.delivery import farthest, steps
from sync.documents.photo import PHOTO
from sync.documents.report import EVENT, RECEIPT, REPORT
from sync.stories import departures

SENT: Final = frozenset({REPORT.name, EVENT.name, PHOTO.name})
"""The kinds that one person sends to another."""


def waiting(database: Database, household: str, person: str, node: str) -> int:
    """How many things ``person`` wrote at the machine ``node``, this one, and that only it has."""
    whole = (f"{household}:", f"{household};")
    written = list(sound(database.range("private", *whole)))
    photos = sound(database.range("private-media", *whole))
    receipts = [document for document in written if document["kind"] == RECEIPT.name]
    own = [
        document
        for document in (*written, *photos)
        if document["kind"] in SENT
        and document.get("by") == person
        and document["from"].partition(".")[0] == node
    ]
    left = departures(database, [document["_id"] for document in own])
    far = (farthest(steps(x, receipts, note)) for x, note in zip(own, left, strict=True))
    return sum(step == "kept" for step in far)
