"""Residents and their doors, or the people who work here, from a CSV."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.key import household as household_key
from sync.documents.key import person as person_key
from sync.documents.kind import Document
from sync.imports import staff
from sync.imports.atlas import Atlas, known_place, read_places
from sync.imports.errors import quoted
from sync.imports.outcome import Noun, Outcome, named
from sync.imports.store import save
from sync.imports.table import Columns, Row, header_of, load_table

COLUMNS: Final = Columns(
    required=(
        "reference",
        "residence",
        "staircase",
        "floor",
        "door",
        "first_name",
        "last_name",
    ),
    optional=("title", "language"),
    long={"reference": 60, "first_name": 80, "last_name": 80},
)
PEOPLE: Final = Noun("personne", "personnes", True)
DOOR: Final = r"[0-9A-Z]{1,3}"
LANGUAGE: Final = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
REFERENCE: Final = r"[0-9A-Za-z][0-9A-Za-z._/-]{0,59}"


@dataclass
class Register:
    """What the rows read so far say, by what must not be said twice."""

    people: dict[str, tuple[int, Document]] = field(default_factory=dict)
    doors: dict[str, tuple[int, str, Document]] = field(default_factory=dict)
    leases: dict[str, tuple[int, str]] = field(default_factory=dict)


def load(
    database: Database,
    source: str,
    *,
    now: datetime,
    shift_from: date | None = None,
    origin: str = "",
) -> Outcome:
    """Import residents.csv, or staff.csv (a ``role`` column tells); dates change nothing here.

    Who is no longer in the file stays, and is named in the outcome. Raises
    :class:`sync.imports.errors.ImportRefused` before anything is written.
    """
    if "role" in header_of(source):
        return staff.load(database, source)
    rows = load_table(source, COLUMNS).rows
    atlas = read_places(database)
    register = Register()
    for row in rows:
        _enter(row, atlas, register)
    households = [document for _, _, document in register.doors.values()]
    people = [document for _, document in register.people.values()]
    remarks = _remarks(database, households, people)
    doors = save(database, households, Noun("logement", "logements"))
    return Outcome((doors, save(database, people, PEOPLE)), remarks=remarks)


def lease_of(reference: str) -> str:
    """What the members of one household share: the reference up to its last hyphen."""
    return reference.rpartition("-")[0] or reference


def _enter(row: Row, atlas: Atlas, register: Register) -> None:
    row.filled("reference")
    reference = row.matching("reference", REFERENCE, "une référence")
    if reference in register.people:
        line = register.people[reference][0]
        raise row.refuse("reference", f"{quoted(reference)} est déjà à la ligne {line}.")
    home = _household(row, atlas, lease_of(reference))
    household = home["_id"].partition(":")[2]
    _check_door(row, register, household, lease_of(reference), home)
    register.people[reference] = (row.line, _person(row, reference, household))


def _check_door(row: Row, register: Register, household: str, lease: str, home: Document) -> None:
    door = quoted(row["door"])
    line, known, standing = register.doors.setdefault(household, (row.line, lease, home))
    if known != lease:
        said = f"La porte {door} de l’escalier {row['staircase']} est déjà à la ligne {line}"
        raise row.refuse("door", f"{said}, avec un autre bail.")
    if standing != home:
        said = f"Cette porte est déjà à la ligne {line}, à un autre étage."
        raise row.refuse("floor", said)
    line, other = register.leases.setdefault(lease, (row.line, household))
    if other != household:
        raise row.refuse("door", f"Le bail {quoted(lease)} a déjà une autre porte, ligne {line}.")


def _household(row: Row, atlas: Atlas, lease: str) -> Document:
    residence = known_place(row, "residence", atlas, "residence")
    letter = row.filled("staircase")
    staircase = f"{residence}-{letter.lower()}"
    if atlas.get(staircase, {}).get("type") != "staircase":
        said = f"On ne connaît pas l’escalier {quoted(letter)} de {quoted(residence)}."
        raise row.refuse("staircase", said)
    row.filled("door")
    door = row.matching("door", DOOR, "une porte (1 à 3 chiffres ou lettres capitales)")
    row.filled("floor")
    return HOUSEHOLD.new(
        household_key(residence, staircase, door),
        residence=residence,
        staircase=staircase,
        door=door,
        floor=row.number("floor", 0, atlas[staircase].get("floors", 60)),
        lease=lease,
    )


def _person(row: Row, reference: str, household: str) -> Document:
    title = row.one_of("title", ("M.", "Mme"), "un titre") if row["title"] else ""
    return PERSON.new(
        person_key(reference),
        household=household,
        reference=reference,
        title=title,
        first_name=row.filled("first_name"),
        last_name=row.filled("last_name"),
        language=row.matching("language", LANGUAGE, "un code de langue (fr, ar…)") or "fr",
    )


def _remarks(
    database: Database, households: Sequence[Document], people: Sequence[Document]
) -> tuple[str, ...]:
    standing = {d["_id"]: d for d in sound(database.range("accounts", "household:", "household;"))}
    residences = {household["residence"] for household in households}
    here = {id for id, home in standing.items() if home["residence"] in residences}
    present = {person["_id"] for person in people}
    gone = [
        str(person.get("reference", person["_id"]))
        for person in sound(database.range("accounts", "person:", "person;"))
        if person["_id"] not in present and HOUSEHOLD.id(person["household"]) in here
    ]
    let = [
        f"{home['staircase']} {home['door']}"
        for home in households
        if standing.get(home["_id"], home).get("lease", home["lease"]) != home["lease"]
    ]
    said = []
    if gone:
        said.append(
            f"Ne sont plus dans le fichier, et restent\u00a0: {len(gone)} ({named(sorted(gone))})."
        )
    if let:
        said.append(f"Ont un nouveau bail\u00a0: {len(let)} ({named(sorted(let))}).")
    return tuple(said)
