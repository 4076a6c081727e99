"""Whose code and card: the person whom a caretaker names by a door, or a colleague by name."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from kiosk.access.people import resident_name
from kiosk.errors import KioskError
from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOUSEHOLD
from sync.documents.key import household as household_key
from sync.documents.kind import Document

DOOR: Final = re.compile(r"[a-z0-9-]+-[a-z0-9]+-[a-z0-9]{1,3}")


class Holder(NamedTuple):
    """Someone who may have a card: ``account`` is what is named at sign-in before the code."""

    account: str
    person: str
    name: str


class NotFound(KioskError):
    """Nobody, or more than one person, is meant; ``str()`` is a French sentence."""


def find(database: Database, door: str, name: str | None = None) -> Holder:
    """The one person at `door` ("figuiers-b-31"), `name`d where several live there.

    Failing a door, the member of staff called so. Case, accents and the order of words do not
    matter, and a part of a name is enough when nobody else has it. Raises NotFound.
    """
    household = _household(database, door)
    if household:
        return _one(_residents(database, household), name, f"à la porte {door}")
    if DOOR.fullmatch(door.strip().lower()):
        raise NotFound(f"On ne connaît pas la porte «\u00a0{door}\u00a0».")
    return _one(_staff(database), name or door, "parmi le personnel")


def behind(database: Database, door: str, name: str | None = None) -> list[Holder]:
    """Everyone at `door`, in the order of their names; or the one meant as in :func:`find`."""
    household = _household(database, door)
    if not household or name:
        return [find(database, door, name)]
    found = _residents(database, household)
    if not found:
        raise NotFound(f"Il n’y a personne à la porte {door}.")
    return sorted(found, key=lambda holder: holder.name)


def _household(database: Database, door: str) -> str:
    """The household behind a door; "" where there is none."""
    staircase, _, number = door.strip().lower().rpartition("-")
    key = household_key(staircase.rpartition("-")[0], staircase, number)
    return key if database.get("accounts", HOUSEHOLD.id(key)) else ""


def _residents(database: Database, household: str) -> list[Holder]:
    return [
        Holder(household, _key(person), resident_name(person))
        for person in sound(database.range("accounts", "person:", "person;"))
        if person["household"] == household
    ]


def _staff(database: Database) -> list[Holder]:
    rows = sound(database.range("accounts", "staff:", "staff;"))
    return [Holder(_key(row), _key(row), row["name"]) for row in rows]


def _key(document: Document) -> str:
    return str(document["_id"]).partition(":")[2]


def _one(holders: Iterable[Holder], name: str | None, where: str) -> Holder:
    wanted = _words(name or "")
    found = [holder for holder in holders if wanted <= _words(holder.name)]
    exact = [holder for holder in found if wanted == _words(holder.name)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        whom = f"On ne trouve pas «\u00a0{name}\u00a0»" if name else "Il n’y a personne"
        raise NotFound(f"{whom} {where}.")
    names = ", ".join(sorted(holder.name for holder in found))
    raise NotFound(f"Plusieurs personnes sont {where}\u00a0: {names}. Dites qui avec --person.")


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return set(letters.split())
