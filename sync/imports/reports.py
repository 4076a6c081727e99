"""Sample reports in every state, for demonstrations and training: the same documents as real ones.

Ids come from the ``key`` column alone. What stands there stays: a report is facts, never edited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sync.clock import today
from sync.database import Database
from sync.documents import sound
from sync.documents.category import CATEGORIES
from sync.documents.key import person as person_key
from sync.documents.kind import Document
from sync.documents.place import chain
from sync.documents.report import key_of
from sync.imports.atlas import SLUG, Atlas, known_place, read_places
from sync.imports.errors import ImportRefused, quoted
from sync.imports.outcome import Noun, Outcome, Tally
from sync.imports.sample import FLAT, PATHS, Case, report, shown, told
from sync.imports.shift import shift_to
from sync.imports.store import save
from sync.imports.table import Columns, Row, load_table

COLUMNS: Final = Columns(
    required=("key", "reference", "category", "place", "day_offset", "state"),
    optional=("words", "answer", "promised_offset", "metoo"),
    long={"words": 1000, "answer": 1000},
)
REPORTS: Final = Noun("signalement", "signalements")
FACTS: Final = Noun("fait", "faits")


@dataclass(frozen=True)
class Context:
    """Who and what rows may name, and the day from which they count."""

    atlas: Atlas
    homes: Mapping[str, Document]
    people: Mapping[str, Document]
    agent: str
    day: date


def load(
    database: Database,
    source: str,
    *,
    now: datetime,
    shift_from: date | None = None,
    origin: str = "",
) -> Outcome:
    """Import reports.csv; days count from ``shift_from`` once moved, at the latest from today.

    ``origin`` changes nothing here. Raises :class:`sync.imports.errors.ImportRefused` before
    anything is written.
    """
    rows = load_table(source, COLUMNS).rows
    context = _context(database, _reference_day(now, shift_from), source)
    lines: dict[str, int] = {}
    reports: list[Document] = []
    private: list[Document] = []
    public: list[Document] = []
    for row in rows:
        case = _case(row, lines, context)
        reports.append(report(case))
        private += told(case, reports[-1]["_id"], context.agent)
        public += shown(case, context.agent) if case.fault else []
    facts = save(database, public, FACTS, keep=True), save(database, private, FACTS, keep=True)
    return Outcome((save(database, reports, REPORTS, keep=True), _sum(*facts)))


def _sum(one: Tally, other: Tally) -> Tally:
    created, unchanged = one.created + other.created, one.unchanged + other.unchanged
    return Tally(one.noun, created, one.changed + other.changed, unchanged)


def _reference_day(now: datetime, shift_from: date | None) -> date:
    if shift_from is None:
        return today(now)
    return min(shift_to(now, shift_from).day(shift_from), today(now))


def _context(database: Database, day: date, source: str) -> Context:
    homes = sound(database.range("accounts", "household:", "household;"))
    people = sound(database.range("accounts", "person:", "person;"))
    staff = sound(database.range("accounts", "staff:", "staff;"))
    agents = [member for member in staff if member["role"] == "agent"]
    if not agents:
        said = "Il n’y a pas d’agent. Importez d’abord le personnel."
        raise ImportRefused(said, source=source)
    first = min(agents, key=lambda agent: (agent.get("reference", ""), agent["_id"]))
    return Context(
        atlas=read_places(database),
        homes={key_of(home["_id"]): home for home in homes},
        people={key_of(person["_id"]): person for person in people},
        agent=key_of(first["_id"]),
        day=day,
    )


def _case(row: Row, lines: dict[str, int], context: Context) -> Case:
    row.filled("key")
    key = row.matching("key", SLUG, "un identifiant (a–z, 0–9 et tirets)")
    if lines.setdefault(key, row.line) != row.line:
        raise row.refuse("key", f"{quoted(key)} est déjà à la ligne {lines[key]}.")
    row.one_of("category", CATEGORIES, "une catégorie")
    state = row.one_of("state", PATHS, "un état")
    person = _person(row, "reference", row.filled("reference"), context)
    row.filled("day_offset")
    offset = row.number("day_offset", -1000, -1) or 0
    return Case(
        row=row,
        person=person,
        place=_place(row, context.homes[person["household"]], context),
        day=context.day + timedelta(days=offset),
        promised=_promised(row, state, offset, context),
        others=_others(row, context),
    )


def _others(row: Row, context: Context) -> frozenset[str]:
    if row["metoo"] and row["place"] == FLAT:
        raise row.refuse("metoo", "Personne d’autre n’habite ce logement.")
    references = row["metoo"].split()
    return frozenset(_person(row, "metoo", ref, context)["household"] for ref in references)


def _person(row: Row, column: str, reference: str, context: Context) -> Document:
    person = context.people.get(person_key(reference))
    if person is None or person["household"] not in context.homes:
        raise row.refuse(column, f"On ne connaît pas la personne {quoted(reference)}.")
    return person


def _place(row: Row, home: Document, context: Context) -> str:
    if row["place"] == FLAT:
        return str(home["staircase"])
    place = known_place(row, "place", context.atlas)
    if home["residence"] not in chain(context.atlas, place):
        said = f"{quoted(place)} n’est pas dans la résidence de cette personne."
        raise row.refuse("place", said)
    return place


def _promised(row: Row, state: str, offset: int, context: Context) -> date | None:
    """The promised day, such that nothing of the row's story lies in the future."""
    if "planned" not in PATHS[state]:
        return None
    row.filled("answer")
    row.filled("promised_offset")
    latest = {"planned": 1000, "done": -1, "reopened": -2, "closed": -8}[state]
    if offset > -2:
        raise row.refuse("day_offset", "L’agent ne peut répondre que le lendemain.")
    promised = row.number("promised_offset", offset + 1, latest)
    return context.day + timedelta(days=promised or 0)
