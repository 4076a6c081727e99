"""Queues: which cases stand in which, what finds one, in which order."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from sync.board import Case
from sync.documents.key import household, receipt_number
from sync.documents.kind import Document
from sync.documents.place import chain

Places = Mapping[str, Document]
Cases = Sequence[Case]

QUEUES: Final = ("open", "late", "planned", "unreported", "finished", "all")
ROWS: Final = 15
"""Cases on one page."""

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


class Shelves:
    """The cases of a board put in order, once for all the pages that are asked until it changes.

    Each queue is sorted: what is promised soonest first, then what is settled, newest first.
    """

    def __init__(self, cases: Sequence[Case], places: Mapping[str, Document], today: date) -> None:
        self._basis = (cases, places, today)
        self.arrived = tuple(case for case in cases if case.is_report and case.reached is None)
        ordered = sorted(cases, key=lambda case: str(case.document["at"]), reverse=True)
        ordered.sort(key=lambda case: date.max if case.settled else case.due or date.max)
        self._ids = {case.id: case for case in cases}
        self._faults: dict[str, list[Case]] = defaultdict(list)
        known: dict[str, str] = {}
        self._queues: dict[str, list[Case]] = {queue: [] for queue in QUEUES}
        self._homes: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in ordered:
            if case.is_report and case.fault:
                self._faults[case.fault].append(case)
            place = case.document["place"]
            if place not in known:
                known[place] = residence_of(case.document, places)
            for queue in queues(case, today):
                self._queues[queue].append(case)
                self._homes[queue, known[place]].append(case)

    def stand(self, cases: Sequence[Case], places: Mapping[str, Document], today: date) -> bool:
        """Whether they are of these cases, on this day."""
        mine, there, day = self._basis
        return mine is cases and there is places and day == today

    def select(self, wish: Wish) -> Sequence[Case]:
        """The cases of a wish."""
        known = (
            self._homes.get((wish.queue, wish.residence), [])
            if wish.residence
            else self._queues[wish.queue]
        )
        if not wish.words:
            return known
        return list(filter(finder(wish.words, self._basis[1]), known))

    def case(self, id: str) -> Case | None:
        """The case of a report or a fault; None when no desk lists it any more."""
        return self._ids.get(id)

    def reports(self, fault: str) -> Sequence[Case]:
        """The reports of the fault with this id."""
        return self._faults.get(fault, [])

    def counts(self) -> Mapping[str, int]:
        """How many cases stand in each queue."""
        return {queue: len(cases) for queue, cases in self._queues.items()}

    def tally(self, queue: str) -> dict[str, int]:
        """How many of a queue's cases lie in each residence; every residence is named."""
        places = self._basis[1]
        homes = [slug for slug, place in places.items() if place["type"] == "residence"]
        return {slug: len(self._homes.get((queue, slug), [])) for slug in homes}


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
