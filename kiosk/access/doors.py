"""Finding whom a code is for, by door or by name: for whoever issues it, never for a page."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kiosk.access.people import resident_name
from kiosk.errors import KioskError
from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOUSEHOLD, PERSON, STAFF
from sync.documents.kind import Document, Kind


class NotFound(KioskError):
    """Nobody, or more than one person, answers to what was asked; its text is for who asked."""


class Someone(NamedTuple):
    """A person as a code is issued to them: the account they sign in to, their id, their name."""

    account: str
    person: str
    name: str


def find(database: Database, door: str, name: str | None = None) -> Someone:
    """Who lives behind ``door`` (staircase and door, "figuiers-b-31"), or the staff so named.

    ``name`` says whom of several: first name, last name or both; accents and capitals do not
    matter. Raises :class:`NotFound`.
    """
    found = _behind(database, door) or _staff(database, door)
    if not found:
        raise NotFound(
            f"Personne à la porte «\xa0{door}\xa0», et personne de ce nom au travail ici."
        )
    picked = [someone for someone in found if name is None or _answers(someone.name, name)]
    if len(picked) == 1:
        return picked[0]
    names = ", ".join(someone.name for someone in found)
    if picked:
        raise NotFound(f"Plusieurs personnes\xa0: {names}. Dites laquelle avec --person.")
    raise NotFound(f"Là, personne ne s’appelle «\xa0{name}\xa0», mais\xa0: {names}.")


def _behind(database: Database, door: str) -> list[Someone]:
    def here(home: Document) -> bool:
        return _plain(f"{home['staircase']}-{home['door']}") == _plain(door)

    homes = {_key(home) for home in _all(database, HOUSEHOLD, here)}
    return [
        Someone(person["household"], _key(person), resident_name(person))
        for person in _all(database, PERSON, lambda person: person["household"] in homes)
    ]


def _staff(database: Database, name: str) -> list[Someone]:
    members = _all(database, STAFF, lambda member: _answers(member["name"], name))
    return [Someone(_key(member), _key(member), member["name"]) for member in members]


def _all(database: Database, kind: Kind, wanted: Callable[[Document], bool]) -> Sequence[Document]:
    documents = sound(database.range("accounts", f"{kind.name}:", f"{kind.name};"))
    return [document for document in documents if wanted(document)]


def _key(document: Document) -> str:
    return str(document["_id"]).partition(":")[2]


def _answers(name: str, asked: str) -> bool:
    """Whether every word that was asked for stands in the name."""
    return bool(asked.strip()) and set(_plain(asked).split()) <= set(_plain(name).split())


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
