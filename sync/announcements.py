"""What is announced, as one reader may see it: news, works, and what was withdrawn left out."""

from collections.abc import Callable, Iterator, Sequence
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

BATCHES: Final = (50, 150, 200)
"""How many notices are asked for at a time: first more than a screen holds, since some are for
others, then more and more; at the end so many were read that a page must end."""

AHEAD: Final = 200
"""Works read at the most, those that end soonest: months of them for a whole estate."""


SCREEN: Final = 12
"""Announcements of which it is asked at once whether they were withdrawn: two screens of them."""


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
    """The reader's news, newest first; of one ``channel`` only, where it is named.

    Looked for among the 400 newest (of that channel): a page ends whatever the database holds.
    """

    def read() -> list[Document]:
        return list(islice(_news(database, reader, channel), skip, skip + limit))

    return _kept(database, reader, ("notices", channel, skip, limit), read)


def _kept(
    database: Database,
    reader: Reader,
    asked: tuple[object, ...],
    read: Callable[[], list[Document]],
) -> list[Document]:
    """What ``read`` finds, kept while nothing is announced or withdrawn, for the minute at most."""
    who = (reader.places, reader.signed_in, reader.everywhere, stamp(reader.now)[:16])
    return database.kept("estate", (*asked, *who), read)


def _news(database: Database, reader: Reader, channel: str) -> Iterator[Document]:
    named = {"channel": channel} if channel else {}
    order = [{field: "desc"} for field in ("kind", *named, "at")]
    read: set[str] = set()
    until: dict[str, str | None] = {"$gt": None}
    for size in BATCHES:
        # From the last instant on, not by skipping: what is skipped is read all the same.
        asked = {"kind": "notice", **named, "at": until}
        found = database.find("estate", asked, sort=order, limit=size)
        fresh = [d for d in found if d["_id"] not in read]
        read.update(d["_id"] for d in fresh)
        yield from _standing(database, _seen(fresh, reader))
        if len(found) < size:
            return
        until = {"$lte": found[-1]["at"]}


def works(database: Database, reader: Reader, *, skip: int = 0, limit: int = 6) -> list[Document]:
    """The works that are not over, first those nearest in time, then in place."""
    found = _kept(
        database, reader, ("works", skip + limit), lambda: _ahead(database, reader, skip + limit)
    )
    return [d for d in found if d["ends"] > stamp(reader.now)][skip : skip + limit]


def _ahead(database: Database, reader: Reader, limit: int) -> list[Document]:
    ahead = {"kind": "works", "ends": {"$gt": stamp(reader.now)}}
    order = [{"kind": "asc"}, {"ends": "asc"}]
    found = _seen(database.find("estate", ahead, sort=order, limit=AHEAD), reader)
    found.sort(key=lambda d: (max(d["starts"], stamp(reader.now)), nearest(d, reader.places)))
    return list(islice(_standing(database, found, limit), limit))


def _seen(documents: Sequence[Document], reader: Reader) -> list[Document]:
    return [document for document in sound(documents, reader.now) if reader.sees(document)]


def one(database: Database, id: str, reader: Reader) -> Document | None:
    """The notice or works with this id, if it stands and is for this reader."""
    found, withdrawn = database.many("estate", [id, withdrawal_id(id)])
    if found is None or withdrawn is not None:
        return None
    return next(
        (d for d in sound([found], reader.now) if may_read(d, signed_in=reader.signed_in)), None
    )


def _standing(
    database: Database, documents: Sequence[Document], wanted: int = 0
) -> Iterator[Document]:
    """As :func:`standing`, asked for what is ``wanted`` first: most is often never looked at."""
    size = max(SCREEN, wanted)
    for start in range(0, len(documents), size):
        yield from standing(database, documents[start : start + size])


def standing(database: Database, documents: Sequence[Document]) -> list[Document]:
    """Those of the documents that nobody has withdrawn."""
    gone = database.many("estate", [withdrawal_id(d["_id"]) for d in documents])
    return [d for d, withdrawn in zip(documents, gone, strict=True) if withdrawn is None]
