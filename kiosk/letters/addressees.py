"""Who letters are for: those behind doors, of a staircase, of a residence, or who work here."""

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from i18n.languages import language_of
from kiosk.access.people import resident_name
from kiosk.holder import Holder, behind
from kiosk.holder import NotFound as NotFound
from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.kind import Document
from sync.documents.place import PLACE_KIND
from sync.staff import caretakers, staff


class Helper(NamedTuple):
    """The caretaker to turn to; ``phone`` "" when it is not known."""

    name: str
    phone: str


@dataclass(frozen=True)
class Addressee:
    """One person, and all that their letter says of them.

    ``account`` and ``person`` as in :class:`kiosk.holder.Holder`; ``language`` is the code of one
    of ours. ``residence`` and ``staircase`` are names; all after ``language`` is "" for staff.
    """

    account: str
    person: str
    name: str
    language: str
    residence: str = ""
    staircase: str = ""
    door: str = ""
    emblem: str = ""
    helper: Helper | None = None


def chosen(database: Database, options: Namespace) -> list[Addressee]:
    """Whom the command's ``door``, ``person``, ``residence`` and ``staircase`` mean."""
    if options.residence and not (options.door or options.person):
        return living(database, options.residence, options.staircase)
    if not options.door or options.residence or options.staircase:
        raise NotFound("Dites des portes, ou une résidence, avec ou sans escalier.")
    if options.person and len(options.door) > 1:
        raise NotFound("--person va avec une seule porte.")
    return named(database, options.door, options.person)


def named(database: Database, doors: Sequence[str], name: str | None = None) -> list[Addressee]:
    """Everyone at these doors, and the colleagues named among them; each once.

    ``name``: which one, of a single door. Raises NotFound for the first door or name that nobody
    has, before anything is done.
    """
    holders = [holder for door in doors for holder in behind(database, door, name)]
    return _addressed(database, dict.fromkeys(holders))


def living(database: Database, residence: str, staircase: str = "") -> list[Addressee]:
    """Everyone of a residence ("figuiers"), or of one staircase of it ("figuiers-b" or "b").

    In the order in which one walks: staircase, floor, door, name. Raises NotFound when there is no
    such place, or nobody in it.
    """
    stairs = staircase.lower()
    if stairs and not stairs.startswith(f"{residence}-"):
        stairs = f"{residence}-{stairs}"
    wanted = stairs or residence
    if database.get(PLACE_KIND.database, PLACE_KIND.id(wanted)) is None:
        raise NotFound(f"On ne connaît pas le lieu «\u00a0{wanted}\u00a0».")
    homes = {
        _key(home): home
        for home in sound(database.range("accounts", "household:", "household;"))
        if home["residence"] == residence and stairs in ("", home["staircase"])
    }
    people = sound(database.range("accounts", "person:", "person;"))
    found = [person for person in people if person["household"] in homes]
    if not found:
        raise NotFound(f"Il n’y a personne à «\u00a0{wanted}\u00a0».")
    found.sort(key=lambda person: (*_walk(homes[person["household"]]), resident_name(person)))
    holders = [Holder(p["household"], _key(p), resident_name(p)) for p in found]
    return _addressed(database, holders)


def _walk(home: Document) -> tuple[str, int, str]:
    return home["staircase"], home.get("floor", 0), str(home["door"]).zfill(8)


def _key(document: Document) -> str:
    return str(document["_id"]).partition(":")[2]


def _addressed(database: Database, holders: Iterable[Holder]) -> list[Addressee]:
    """The holders with their homes, languages and caretakers."""
    known = list(holders)
    people = _many(database, [PERSON.id(holder.person) for holder in known])
    homes = _many(database, [HOUSEHOLD.id(holder.account) for holder in known])
    places = {_key(p): p for p in sound(database.range("estate", "place:", "place;"))}
    members = staff(database)
    found = []
    for holder in known:
        person = people.get(PERSON.id(holder.person), {})
        home = homes.get(HOUSEHOLD.id(holder.account))
        language = language_of(person.get("language", "")).code
        at = _home(home, places, members) if home else {}
        found.append(Addressee(*holder, language, **at))
    return found


def _many(database: Database, ids: list[str]) -> dict[str, Document]:
    return {doc["_id"]: doc for doc in sound(filter(None, database.many("accounts", ids)))}


def _home(home: Document, places: Mapping[str, Document], members: list[Document]) -> Document:
    residence = places.get(home["residence"], {})
    staircase = places.get(home["staircase"], {})
    near = caretakers(members, home["residence"])
    return {
        "residence": residence.get("name", home["residence"]),
        "staircase": staircase.get("name", home["staircase"]),
        "door": home["door"],
        "emblem": residence.get("emblem", ""),
        "helper": Helper(near[0]["name"], near[0].get("phone", "")) if near else None,
    }
