"""The people who help: caretakers, helpers, the landlord's offices with a telephone."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sync.database import Database
from sync.documents.kind import Document
from sync.staff import staff

ORDER = ("caretaker", "helper", "office")


class Helper(NamedTuple):
    """Someone to ask: their role, name, telephone ("" if none), residence (slug, "" if none)."""

    role: str
    name: str
    phone: str
    residence: str


def helpers(database: Database, places: Mapping[str, Document], own: Sequence[str]) -> list[Helper]:
    """Who helps where one is (``own``: slugs); with no residence among them, every caretaker."""
    here = {slug for slug in own if places.get(slug, {}).get("type") == "residence"}
    people = [
        Helper(m["role"], m["name"], m.get("phone", ""), m.get("residence", ""))
        for m in staff(database)
        if m["role"] in ORDER and (not here or m.get("residence", "") in {"", *here})
    ]
    offices = [
        Helper("office", place["name"], place["phone"], "")
        for place in places.values()
        if place["type"] == "office" and "phone" in place
    ]
    return sorted(people + offices, key=lambda helper: ORDER.index(helper.role))
