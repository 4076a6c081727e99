"""The landlord's own telephones: an office's, and the caretaker's of where one is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sync.database import Database
from sync.documents.kind import Document
from sync.staff import caretakers, staff


class Line(NamedTuple):
    """A telephone of the landlord: its number, whose it is, the slug of the residence if one."""

    phone: str
    name: str
    residence: str


def offices(places: Mapping[str, Document]) -> list[Line]:
    """The landlord's offices that have a telephone, by name."""
    found = [place for place in places.values() if place["type"] == "office"]
    with_phone = [Line(place["phone"], place["name"], "") for place in found if "phone" in place]
    return sorted(with_phone, key=lambda line: line.name)


def keepers(database: Database, places: Sequence[str]) -> list[Line]:
    """The caretakers with a telephone of the residences among ``places`` (slugs)."""
    return [
        Line(member["phone"], member["name"], member["residence"])
        for member in caretakers(staff(database))
        if member.get("residence") in places and "phone" in member
    ]
