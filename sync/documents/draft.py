"""What someone was writing when their visit ended: sealed, and on this machine alone."""

from datetime import timedelta
from typing import Final

from sync.clock import instant
from sync.documents.kind import BASE64URL, STAMP, Kind, Schema

KEPT: Final = timedelta(days=7)
"""How long a draft waits for its owner."""

LONGEST: Final = 48_000
"""Characters of a sealed draft: thirty thousand bytes of what was typed, and room to spare."""

SEALED: Final[Schema] = {**BASE64URL, "minLength": 1, "maxLength": LONGEST}

DRAFT: Final = Kind(
    name="draft",
    database="node",
    fields={"public": BASE64URL, "sealed": SEALED, "ends": STAMP},
    optional={},
    expires=lambda document: instant(document["ends"]),
)
"""Its key is ``<person>:<form>``: one of a person and form. ``public``: the key it is sealed to;
``sealed``: HPKE (:mod:`kiosk.access.seal`), base64url. It names no place, and holds no word in the
clear."""
