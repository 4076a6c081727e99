"""What matters today, for one reader."""

from sync.announcements import Reader, works
from sync.database import Database
from sync.documents.kind import Document


def today(database: Database, reader: Reader, room: int) -> list[Document]:
    """The works that concern the reader soonest, at most ``room``."""
    return works(database, reader, limit=room)
