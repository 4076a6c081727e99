"""A certificate that counts no more: its node is out of the estate, wherever this has arrived."""

from typing import Final

from sync.documents.kind import Kind, text
from sync.documents.signed import SIGNED

REVOCATION: Final = Kind(
    name="revocation",
    database="estate",
    fields={"node": text(60, 1), "name": text(80, 1), "signed": SIGNED},
    optional={},
)
"""The key is the certificate's serial number in hexadecimal; only the landlord's signature counts.
It never expires, nor does anything undo it: a node comes back with another certificate."""


def serial_of(id: str) -> int:
    """The serial number that a revocation is of. ValueError when its id holds none."""
    return int(id.removeprefix("revocation:"), 16)
