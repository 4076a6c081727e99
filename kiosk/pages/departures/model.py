"""Who lives behind a door, who is leaving, and in how many halls it is done."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sync.clock import instant, today
from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.erasure import ERASURE, MOVEOUT
from sync.documents.kind import Document
from sync.mesh import erasing

Counts = Callable[[Document], bool]
"""Whether a fact is signed by who may say it."""

SOONEST: Final = timedelta(days=31)
FURTHEST: Final = timedelta(days=366)
"""How long ago a move-out may have been, and how far ahead: beyond it is a slip of the hand."""


@dataclass(frozen=True)
class Home:
    """A door and the people of the register behind it."""

    household: str
    door: Document
    people: tuple[Document, ...]

    def one(self, person: str) -> Document | None:
        """The person with this id who lives here."""
        return next((d for d in self.people if key_of(d) == person), None)


def key_of(document: Document) -> str:
    """A person's or a household's id, without its kind."""
    return str(document["_id"]).partition(":")[2]


def home(database: Database, household: str) -> Home | None:
    """Who lives behind a door; None for one that nobody knows."""
    door = database.get("accounts", HOUSEHOLD.id(household))
    if door is None or not HOUSEHOLD.is_valid(door):
        return None
    people = [d for d in _people(database) if d["household"] == household]
    return Home(household, door, tuple(sorted(people, key=lambda d: str(d.get("first_name", "")))))


def find(database: Database, words: str) -> list[Home]:
    """The doors of which a person's name, the staircase and the number hold all these words."""
    wanted = _parts(words)
    if not wanted:
        return []
    behind: dict[str, list[Document]] = {}
    for person in _people(database):
        behind.setdefault(person["household"], []).append(person)
    doors = sound(database.range("accounts", f"{HOUSEHOLD.name}:", f"{HOUSEHOLD.name};"))
    homes = (Home(key_of(door), door, tuple(behind.get(key_of(door), ()))) for door in doors)
    return [each for each in homes if any(wanted <= known for known in _called(each))]


def _called(home: Home) -> Iterator[frozenset[str]]:
    """What each who lives there, or else the door alone, is found by."""
    place = _parts(f"{home.door['staircase']} {home.door['door']}")
    names = [f"{d.get('first_name', '')} {d['last_name']}" for d in home.people]
    return (place | _parts(name) for name in (names or [""]))


def _parts(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(re.findall(r"\w+", letters))


def _people(database: Database) -> Iterator[Document]:
    return sound(database.range("accounts", f"{PERSON.name}:", f"{PERSON.name};"))


def facts(database: Database, counts: Counts) -> list[Document]:
    """Every erasure and move-out that was signed, newest first."""
    wanted = [(f"{kind.name}:", f"{kind.name};") for kind in (ERASURE, MOVEOUT)]
    found = [d for rows in database.ranges("estate", wanted) for d in sound(rows) if counts(d)]
    return sorted(found, key=lambda d: str(d["at"]), reverse=True)


def fact(database: Database, id: str, counts: Counts) -> Document | None:
    """The erasure or move-out with this id, if it was signed."""
    found = database.get("estate", id)
    return next((d for d in sound([found] if found else []) if counts(d)), None)


def progress(database: Database, fact: Document) -> tuple[int, int]:
    """In how many halls somebody is erased, of how many; (0, 0) for a move-out."""
    if fact["kind"] != ERASURE.name:
        return 0, 0
    return erasing.progress(database, fact["person"])


def day_of(text: str, now: datetime) -> date | None:
    """The day of a move-out that was typed; None for no day, or one too far from now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if -SOONEST <= day - today(now) <= FURTHEST else None


def has_come(fact: Document, now: datetime) -> bool:
    """Whether the day of a move-out is here."""
    return date.fromisoformat(fact["day"]) <= today(now)


def since(fact: Document) -> datetime:
    """When it was signed."""
    return instant(fact["at"])


def put(database: Database, fact: Document) -> None:
    """Write a signed fact over the one that stands there."""
    standing = database.get("estate", fact["_id"])
    database.put("estate", {**fact, **({"_rev": standing["_rev"]} if standing else {})})
