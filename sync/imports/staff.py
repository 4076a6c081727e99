"""The people who work on the estate, from a CSV with a ``role`` column."""

from typing import Final

from sync.database import Database
from sync.documents.account import PERSON, ROLES, STAFF
from sync.documents.key import natural
from sync.documents.key import person as person_key
from sync.documents.kind import Document
from sync.imports.atlas import Atlas, known_place, read_places
from sync.imports.errors import quoted
from sync.imports.outcome import Noun, Outcome
from sync.imports.places import phone
from sync.imports.store import save
from sync.imports.table import Columns, Row, load_table

COLUMNS: Final = Columns(
    required=("reference", "role", "name"),
    optional=("phone", "residence"),
    long={"reference": 60, "name": 80},
)
STAFFED: Final = Noun("membre du personnel", "membres du personnel")
REFERENCE: Final = r"[0-9A-Za-z][0-9A-Za-z._/-]{0,59}"


def staff_key(reference: str) -> str:
    """The id of a member of staff: "s" and twelve base32 characters of their reference."""
    return "s" + natural("staff", reference, length=12)


def load(database: Database, source: str) -> Outcome:
    """Import staff.csv. Raises :class:`sync.imports.errors.ImportRefused`, nothing written then."""
    rows = load_table(source, COLUMNS).rows
    atlas = read_places(database)
    members: dict[str, tuple[Row, Document]] = {}
    for row in rows:
        row.filled("reference")
        reference = row.matching("reference", REFERENCE, "une référence")
        if reference in members:
            line = members[reference][0].line
            raise row.refuse("reference", f"{quoted(reference)} est déjà à la ligne {line}.")
        members[reference] = (row, _member(row, reference, atlas))
    _check_residents(database, members)
    documents = [document for _, document in members.values()]
    return Outcome((save(database, documents, STAFFED),))


def _member(row: Row, reference: str, atlas: Atlas) -> Document:
    role = row.one_of("role", ROLES, "un rôle")
    place = ""
    if role == "townhall":
        place = known_place(row, "residence", atlas, "townhall")
    elif role == "caretaker" or row["residence"]:
        place = known_place(row, "residence", atlas, "residence")
    return STAFF.new(
        staff_key(reference),
        reference=reference,
        role=role,
        name=row.filled("name"),
        phone=phone(row),
        residence=place,
    )


def _check_residents(database: Database, members: dict[str, tuple[Row, Document]]) -> None:
    ids = [PERSON.id(person_key(reference)) for reference in members]
    found = database.many("accounts", ids)
    for (reference, (row, _)), person in zip(members.items(), found, strict=True):
        if person is not None:
            said = f"{quoted(reference)} est déjà la référence d’un habitant."
            raise row.refuse("reference", said)
