"""That something written here has left: a peer has it. Known here alone, and goes nowhere."""

from typing import Final

from sync.documents.key import natural
from sync.documents.kind import Document, Kind, text
from sync.documents.node import ID
from sync.documents.report import expires

DEPARTURE: Final = Kind(
    name="departure",
    database="node",
    origin="either",
    fields={"item": text(120, 1), "peer": ID},
    optional={},
    expires=expires,
)
"""``item``: the id of what has left; ``peer``: the machine that had it first. The key follows from
``item``, so that whoever notes it twice notes it once."""


def departed(item: str, *, at: str, peer: str) -> Document:
    """The note that the document ``item`` has reached ``peer``."""
    return DEPARTURE.new(natural(item), at=at, item=item, peer=peer)


def departure_id(item: str) -> str:
    """Where the departure of ``item`` would stand, in the database ``node``."""
    return DEPARTURE.id(natural(item))
