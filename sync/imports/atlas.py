"""The places that are already known, by slug: what every other import names."""

from collections.abc import Mapping
from typing import Final

from sync.database import Database
from sync.documents import sound
from sync.documents.kind import Document
from sync.imports.errors import quoted
from sync.imports.table import Row

SLUG: Final = r"(?=.{2,60}$)[a-z0-9]+(-[a-z0-9]+)*"

Atlas = Mapping[str, Document]


def read_places(database: Database) -> dict[str, Document]:
    """Every place of the database, by slug."""
    found = database.range("estate", "place:", "place;")
    return {document["_id"].partition(":")[2]: document for document in sound(found)}


def known_place(row: Row, column: str, atlas: Atlas, *types: str) -> str:
    """The slug in a row's column, which must be a place of one of ``types`` (any, if none)."""
    slug = row.filled(column)
    if slug not in atlas or (types and atlas[slug]["type"] not in types):
        raise row.refuse(column, f"On ne connaît pas le lieu {quoted(slug)}.")
    return slug
