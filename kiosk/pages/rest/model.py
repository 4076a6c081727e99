"""What whoever passes should know today, and no more than a façade holds."""

from datetime import datetime, timedelta
from typing import Final

from sync.announcements import Reader, notices, works
from sync.clock import instant, today
from sync.database import Database
from sync.documents.kind import Document

ROOM: Final = 6
"""Windows of the façade."""

NEWS: Final = 2
"""Windows kept for news, where there is any: no water tomorrow goes before a market."""

AHEAD: Final = timedelta(days=7)
FRESH: Final = timedelta(days=2)


def things(database: Database, reader: Reader) -> list[Document]:
    """At most :data:`ROOM` works of this week, then the news of today, as a passer-by may see them.

    Where nothing is so near the soonest works and the last of the news stand alone: a hall is told
    something every day.
    """
    ahead = works(database, reader, limit=ROOM)
    news = notices(database, reader, limit=ROOM)
    soon = [d for d in ahead if instant(d["starts"]) <= reader.now + AHEAD] or ahead[:1]
    told = [d for d in news if is_todays(d, reader.now)] or news[:1]
    return soon[: ROOM - min(NEWS, len(told))] + told[: max(NEWS, ROOM - len(soon))]


def is_todays(notice: Document, at: datetime) -> bool:
    """Whether it was said since the day before, or what it tells of takes place today."""
    if instant(notice["at"]) > at - FRESH:
        return True
    if "starts" not in notice:
        return False
    ends = notice["ends"] if "ends" in notice else notice["starts"]
    return today(instant(notice["starts"])) <= today(at) <= today(instant(ends))
