"""Photos of a report: apart from its words, so that words arrive first. Never public."""

from typing import Final

from sync.documents.kind import Kind, text, whole
from sync.documents.report import expires

PHOTO: Final = Kind(
    name="photo",
    database="private-media",
    fields={
        "owner": text(120, 1),
        "width": whole(1, 10_000),
        "height": whole(1, 10_000),
        "by": text(40, 1),
    },
    optional={},
    expires=expires,
)
"""``owner``: the report's id. The pictures are attachments, "photo.jpg" and "small.jpg"; the key is
``<report's key>.<n>``."""
