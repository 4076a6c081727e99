"""How one person wants the portal: language, size, contrast, rate of speech."""

from typing import Final

from sync.documents.kind import STAMP, Document, Kind, Schema, record, text
from sync.documents.merge import by_field

VALUES: Final[Schema] = {
    "type": "object",
    "maxProperties": 20,
    "additionalProperties": record(value=text(200), at=STAMP),
}

PREFERENCE: Final = Kind(
    name="preference",
    database="private",
    fields={"values": VALUES},
    optional={},
    merge=lambda leaves, at: by_field(leaves, at, "values"),
)
"""``values``: name → {"value", "at"}; the key is the person's id."""


def chosen(document: Document) -> dict[str, str]:
    """What was chosen: name → value."""
    return {name: register["value"] for name, register in document["values"].items()}


def choose(document: Document, at: str, **values: str) -> Document:
    """The document with ``values`` chosen at ``at``; what is not named stays as it was."""
    fresh = {name: {"value": value, "at": at} for name, value in values.items()}
    return {**document, "values": {**document.get("values", {}), **fresh}}
