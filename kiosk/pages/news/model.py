"""Which news a reader finds in the list, and one of them."""

import re
from typing import Final

from sync.announcements import Reader, notices, one
from sync.database import Database
from sync.documents.category import CHANNELS
from sync.documents.kind import Document
from sync.documents.notice import NOTICE

OWN: Final = "residence"
MOST: Final = 300
"""News looked through for those of one's residence: a season's, whatever the database holds."""

BREAK: Final = re.compile(r"\n[ \t]*\n")
"""What stands between two paragraphs of a notice."""


def speaker(asked: str) -> str:
    """Whose news are asked for; "" for everyone's, and for a word that names nobody."""
    return asked if asked in CHANNELS else ""


def listed(
    database: Database, reader: Reader, who: str, *, skip: int, limit: int
) -> tuple[list[Document], bool]:
    """At most ``limit`` news, newest first, and whether more follow.

    ``who``: one of the channels, or "". News of one's residence are also those that the landlord
    or the town tells only there.
    """
    if who == OWN:
        known = notices(database, reader, limit=MOST)
        found = [notice for notice in known if _is_own(notice)][skip : skip + limit + 1]
    else:
        found = notices(database, reader, skip=skip, limit=limit + 1, channel=who)
    return found[:limit], len(found) > limit


def _is_own(notice: Document) -> bool:
    return notice["channel"] == OWN or bool(notice.get("to"))


def find(database: Database, key: str, reader: Reader) -> Document | None:
    """The notice with this key, if it stands and this reader may read it."""
    return one(database, NOTICE.id(key), reader)


def paragraphs(notice: Document) -> list[str]:
    """The notice's words, one by one as they were set apart."""
    return [part for part in map(str.strip, BREAK.split(notice.get("text", ""))) if part]
