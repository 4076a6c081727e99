"""Queues: which cases stand in which, what finds one, in which order."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from sync.board import Case
from sync.database import Database
from sync.documents.key import household, receipt_number
from sync.documents.kind import Document
from sync.documents.place import chain
from sync.documents.report import acknowledge

QUEUES: Final = ("open", "late", "planned", "unreported", "finished", "all")
ROWS: Final = 15
"""Cases on one page."""

AT_ONCE: Final = 200
"""Reports acknowledged by one look at the list; the next look goes on."""

NUMBER: Final = 4
"""Digits from which a search is taken for the beginning of a receipt's number."""


@dataclass(frozen=True)
class Wish:
    """What is asked of the desk: a queue, a residence's slug or "", words or ""."""

    queue: str = "open"
    residence: str = ""
    words: str = ""


def wished(asked: Mapping[str, str], places: Mapping[str, Document]) -> Wish:
    """The wish in a query; what names nothing is left out of it."""
    queue, residence = asked.get("queue", ""), asked.get("residence", "")
    return Wish(
        queue=queue if queue in QUEUES else QUEUES[0],
        residence=residence if residence in places else "",
        words=asked.get("q", "").strip()[:80],
    )


def queues(case: Case, today: date) -> tuple[str, ...]:
    """The queues in which a case stands."""
    if case.settled:
        return ("finished", "all") if case.is_report else ("all",)
    if not case.is_report:
        return ("unreported", "all")
    first = "planned" if case.states == ("planned",) else "open"
    return (first, "late", "all") if case.is_late(today) else (first, "all")


def residence_of(trouble: Document, places: Mapping[str, Document]) -> str:
    """The residence in which a report's or fault's place is; "" when nobody knows it."""
    inside = chain(places, trouble["place"])
    return next((slug for slug in inside if places[slug]["type"] == "residence"), "")


class Atlas:
    """In which residence each place lies, worked out once for all the cases of a page."""

    def __init__(self, places: Mapping[str, Document]) -> None:
        self._places = places
        self._known: dict[str, str] = {}

    def residence(self, case: Case) -> str:
        """The residence of a case, or ""."""
        place = case.document["place"]
        if place not in self._known:
            self._known[place] = residence_of(case.document, self._places)
        return self._known[place]


def select(
    cases: Iterable[Case], wish: Wish, places: Mapping[str, Document], today: date
) -> list[Case]:
    """The cases of a wish: what is promised soonest first, then what is settled, newest first."""
    atlas = Atlas(places)
    found = [
        case
        for case in cases
        if wish.queue in queues(case, today)
        and (not wish.residence or atlas.residence(case) == wish.residence)
    ]
    if wish.words:
        found = list(filter(finder(wish.words, places), found))
    found.sort(key=lambda case: str(case.document["at"]), reverse=True)
    found.sort(key=lambda case: date.max if case.settled else case.due or date.max)
    return found


def counts(cases: Iterable[Case], today: date) -> Mapping[str, int]:
    """How many cases stand in each queue."""
    return Counter(queue for case in cases for queue in queues(case, today))


def tally(cases: Iterable[Case], places: Mapping[str, Document]) -> dict[str, int]:
    """How many of the cases lie in each residence; every residence is named."""
    atlas = Atlas(places)
    found = {slug: 0 for slug, place in places.items() if place["type"] == "residence"}
    for slug, count in Counter(map(atlas.residence, cases)).items():
        if slug in found:
            found[slug] = count
    return found


def finder(asked: str, places: Mapping[str, Document]) -> Callable[[Case], bool]:
    """What a search finds: a receipt's number, a door ("31", "B 31"), words of the report."""
    digits = re.sub(r"\D", "", asked)
    homes = _homes(asked, places)
    sought = plain(asked).split()

    def found(case: Case) -> bool:
        if case.household in homes or (len(digits) >= NUMBER and numbered(case)):
            return True
        text = plain(case.document.get("words", ""))
        return all(word in text for word in sought)

    def numbered(case: Case) -> bool:
        return receipt_number(case.id).replace(" ", "").startswith(digits)

    return found


def _homes(asked: str, places: Mapping[str, Document]) -> set[str]:
    """The households behind a door so called, in every staircase or in those of one letter."""
    *before, door = asked.upper().split()
    return {
        household(place["parent"], slug, door)
        for slug, place in places.items()
        if place["type"] == "staircase"
        and "parent" in place
        and (not before or place["name"].upper().split()[-1:] == before[-1:])
    }


@lru_cache(8192)
def plain(text: str) -> str:
    """Text as one searches it: small letters, no accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def receive(database: Database, cases: Iterable[Case], *, at: str, origin: str) -> int:
    """Acknowledge the reports that have just reached the landlord; returns how many."""
    fresh = [case.id for case in cases if case.is_report and case.reached is None][:AT_ONCE]
    receipts = [acknowledge(id, "reached", at=at, origin=origin) for id in fresh]
    done = database.bulk("private", receipts)
    return sum(result.error is None for result in done)
