"""Who publishes the portal here: told at installation, else the landlord's own office."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from sync.documents.kind import Document

LANDLORD: Final = "Habitat Marseille Provence"


@dataclass(frozen=True)
class Editor:
    """The publisher (law 2004-575, article 6 III); "" for what nobody has told yet.

    ``director`` is who answers for the publication, ``officer`` how to reach who watches over
    people's data (GDPR, article 37), ``source`` where the program's source is.
    """

    name: str = LANDLORD
    address: str = ""
    phone: str = ""
    mail: str = ""
    director: str = ""
    officer: str = ""
    source: str = ""


def editor(node: Path, places: Mapping[str, Document]) -> Editor:
    """The publisher that the file ``node`` (DIR/node.json) tells as ``editor``, a JSON object with
    the fields of :class:`Editor`; without it the first of the landlord's offices.
    """
    told = json.loads(node.read_bytes()).get("editor")
    if isinstance(told, dict):
        known = {field.name for field in fields(Editor)}
        return Editor(**{name: str(value) for name, value in told.items() if name in known})
    office = next((place for place in places.values() if place["type"] == "office"), None)
    return _office(office) if office else Editor()


def _office(office: Document) -> Editor:
    city = " ".join(office[name] for name in ("postcode", "city") if name in office)
    address = ", ".join(part for part in (office.get("address", ""), city) if part)
    name = office["name"].partition(",")[0]
    return Editor(name=name, address=address, phone=office.get("phone", ""))
