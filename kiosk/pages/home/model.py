"""What matters today, for one reader."""

from typing import Final

from sync.announcements import Reader, notices, works
from sync.database import Database
from sync.documents.kind import Document
from sync.documents.works import series

AGAIN: Final = 4
"""Works looked through for each that is shown: what comes back every week stands here once."""


def today(database: Database, reader: Reader, room: int) -> list[Document]:
    """At most ``room`` things: first the works that concern the reader soonest, then news.

    Works take half of the room at least, and all of it when it is small: no water tomorrow goes
    before a market.
    """
    ahead = [times[0] for times in series(works(database, reader, limit=AGAIN * room))]
    news = notices(database, reader, limit=room // 2) if room > 2 else []
    return (ahead[: room - len(news)] + news)[:room]
