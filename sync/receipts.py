"""What the addressee's machine says of all that reaches it, in the addressee's name."""

from collections.abc import Iterable
from datetime import datetime

from sync.clock import stamp
from sync.database import Database
from sync.documents.report import acknowledge


def receive(database: Database, items: Iterable[str], *, now: datetime, origin: str) -> int:
    """Write that the documents with these ids, durable here, have reached whom they are for.

    Told again of one, the first receipt stands. Returns how many are new.
    """
    receipts = [acknowledge(item, "reached", at=stamp(now), origin=origin) for item in items]
    return sum(result.error is None for result in database.bulk("private", receipts))
