"""Doors, and who stands behind which account: what one says before the code."""

import re
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sync.database import Database
from sync.documents import key, sound
from sync.documents.account import HOUSEHOLD
from sync.documents.kind import Document
from sync.staff import staff

DOOR: Final = re.compile(r"[0-9A-Z]{1,4}")
STAFF_ID: Final = re.compile(r"s[a-z2-7]{12}")
FRESH: Final = 600.0
"""Seconds for which the letters on the doors are taken not to change: they are painted there."""

WELCOME: Final = {"agent": "/desk/", "administrator": "/desk/"}
"""Where the staff go once in, by role; the others home."""

ELSEWHERE: Final = ("/signin", "/leave", "/rest")
"""Where nobody wants to go once in: the door itself, and the screen that waits for someone."""

Places = Mapping[str, Document]


def door(typed: str) -> str:
    """A door as it was typed, in capitals and our digits; "" for what is no door."""
    plain = unicodedata.normalize("NFKC", typed[:16]).upper()
    digits = (str(unicodedata.digit(character, character)) for character in plain)
    found = "".join(character for character in "".join(digits) if character.isalnum())
    return found if DOOR.fullmatch(found) else ""


def residences(places: Places) -> list[tuple[str, Document]]:
    """Every residence with its slug, by name."""
    return _of(places, lambda place: place["type"] == "residence")


def staircases(places: Places, residence: str) -> list[tuple[str, Document]]:
    """The staircases of a residence with their slugs, by name."""
    return _of(
        places,
        lambda place: place["type"] == "staircase" and place.get("parent") == residence,
    )


def _of(places: Places, wanted: Callable[[Document], bool]) -> list[tuple[str, Document]]:
    found = [(slug, place) for slug, place in places.items() if wanted(place)]
    return sorted(found, key=lambda item: str(item[1]["name"]))


def residence_of(places: Places, slugs: Sequence[str]) -> str:
    """The residence among the places where one is; "" when there is none."""
    kinds = ((slug, places.get(slug, {}).get("type")) for slug in slugs)
    return next((slug for slug, kind in kinds if kind == "residence"), "")


def is_staircase(places: Places, slug: str) -> bool:
    """Whether doors open on this place."""
    return places.get(slug, {}).get("type") == "staircase"


def account(places: Places, staircase: str, door: str) -> str:
    """The household behind a door, whether anybody lives there or not."""
    return key.household(str(places[staircase].get("parent", "")), staircase, door)


def colleagues(database: Database, places: Sequence[str]) -> list[Document]:
    """Everyone who may say "I work here"; first those who look after where one is."""
    return sorted(staff(database), key=lambda member: member.get("residence") not in places)


def local(path: str) -> str:
    """A path of this portal, to go on to after signing in; "" for home and for anything else.

    "//host" and "/\\host" name another site; browsers drop tabs and line ends from what they
    follow (URL Standard, 4.4), so that a path with one could become such a name.
    """
    ours = re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", path)
    return path if ours and path != "/" and not path.startswith(ELSEWHERE) else ""


class Letters:
    """The letters that stand on the doors of each residence. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: WeakKeyDictionary[Database, tuple[float, dict[str, str]]] = WeakKeyDictionary()

    def of(self, database: Database, residence: str) -> str:
        """The letters of a residence in alphabetical order; "" where doors have numbers alone."""
        with self._lock:
            read_at, letters = self._known.get(database, (-FRESH, {}))
            if time.monotonic() - read_at >= FRESH:
                letters = _letters(database)
                self._known[database] = (time.monotonic(), letters)
        return letters.get(residence, "")


def _letters(database: Database) -> dict[str, str]:
    homes = sound(database.range("accounts", f"{HOUSEHOLD.name}:", f"{HOUSEHOLD.name};"))
    found: dict[str, set[str]] = {}
    for home in homes:
        letters = {character for character in home["door"] if character.isalpha()}
        found.setdefault(home["residence"], set()).update(letters)
    return {residence: "".join(sorted(letters)) for residence, letters in found.items()}
