"""What is announced, as one reader may see it: news, works, and what was withdrawn left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sync.clock import stamp
from sync.database import Database
from sync.documents import sound
from sync.documents.announced import concerns, may_read, nearest
from sync.documents.kind import Document
from sync.documents.withdrawal import withdrawal_id

BATCH: Final = 50
"""Documents asked for at a time: more than a screen holds, since some are for others."""

MOST: Final = 40
"""Batches read at the most for one page, so that a page ends whatever the database holds."""


@dataclass(frozen=True)
class Reader:
    """Who reads: where they are (slugs, innermost first), whether signed in, and when.

    ``everywhere``: someone of the staff, who sees what concerns any place.
    """

    places: tuple[str, ...]
    signed_in: bool
    now: datetime
    everywhere: bool = False

    def sees(self, document: Document) -> bool:
        """Whether the document is for this reader. Without a place one sees all that is public."""
        here = self.everywhere or not self.places or concerns(document, self.places)
        return here and may_read(document, signed_in=self.signed_in)


def notices(
    database: Database, reader: Reader, *, skip: int = 0, limit: int = 6, channel: str = ""
) -> list[Document]:
    """The reader's news, newest first; of one ``channel`` only, where it is named."""
    news = _walk(database, {"kind": "notice", "at": {"$gt": None}}, "desc", "at", reader)
    wanted = (notice for notice in news if channel in ("", notice["channel"]))
    return list(islice(wanted, skip, skip + limit))


def works(database: Database, reader: Reader, *, skip: int = 0, limit: int = 6) -> list[Document]:
    """The works that are not over, first those nearest in time, then in place."""
    ahead = {"kind": "works", "ends": {"$gt": stamp(reader.now)}}
    found = list(_walk(database, ahead, "asc", "ends", reader))
    found.sort(key=lambda d: (max(d["starts"], stamp(reader.now)), nearest(d, reader.places)))
    return found[skip : skip + limit]


def one(database: Database, id: str, reader: Reader) -> Document | None:
    """The notice or works with this id, if it stands and is for this reader."""
    found, withdrawn = database.many("estate", [id, withdrawal_id(id)])
    if found is None or withdrawn is not None:
        return None
    return next(
        (d for d in sound([found], reader.now) if may_read(d, signed_in=reader.signed_in)), None
    )


def _walk(
    database: Database, selector: Document, order: str, field: str, reader: Reader
) -> Iterator[Document]:
    sort = [{"kind": order}, {field: order}]
    for batch in range(MOST):
        found = database.find("estate", selector, sort=sort, limit=BATCH, skip=batch * BATCH)
        seen = [d for d in sound(found, reader.now) if reader.sees(d)]
        yield from standing(database, seen)
        if len(found) < BATCH:
            return


def standing(database: Database, documents: Sequence[Document]) -> list[Document]:
    """Those of the documents that nobody has withdrawn."""
    gone = database.many("estate", [withdrawal_id(d["_id"]) for d in documents])
    return [d for d, withdrawn in zip(documents, gone, strict=True) if withdrawn is None]
