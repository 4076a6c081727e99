"""Places from a CSV: residences and their staircases, shared spots, town halls, offices."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sync.database import Database
from sync.documents.kind import Document
from sync.documents.place import PLACE_KIND, TYPES, chain
from sync.imports.atlas import SLUG, read_places
from sync.imports.errors import quoted
from sync.imports.outcome import Noun, Outcome
from sync.imports.store import save
from sync.imports.table import Columns, Row, load_table

COLUMNS: Final = Columns(
    required=("id", "type", "name"),
    optional=(
        "parent",
        "address",
        "postcode",
        "city",
        "phone",
        "hours",
        "url",
        "emblem",
        "lift",
        "floors",
        "source",
        "checked",
    ),
    long={"name": 80, "address": 160, "city": 60, "hours": 300, "url": 300, "source": 300},
)
EMBLEMS: Final = ("figuiers", "gabians", "amandiers", "tuiliere", "crique", "lavandes")

PARENTS: Final[Mapping[str, Sequence[str]]] = {
    "residence": ("townhall",),
    "staircase": ("residence",),
    "hall": ("staircase", "residence"),
    "shared": ("staircase", "residence"),
    "townhall": ("", "townhall"),
    "office": ("",),
    "service": ("", "townhall"),
}
"""What each type may lie in; "" for nothing."""

SOURCED: Final = ("townhall", "office", "service")
"""Facts about these are public: each says where it was read."""

FRENCH: Final = {
    "residence": "une résidence",
    "staircase": "un escalier",
    "townhall": "une mairie",
}


def load(
    database: Database,
    source: str,
    *,
    now: datetime,
    shift_from: date | None = None,
    origin: str = "",
) -> Outcome:
    """Import places.csv; ``shift_from`` and ``origin`` change nothing here.

    Raises :class:`sync.imports.errors.ImportRefused` before anything is written.
    """
    rows = load_table(source, COLUMNS).rows
    known = read_places(database)
    found: dict[str, tuple[Row, Document]] = {}
    for row in rows:
        slug = _slug(row, found)
        found[slug] = (row, _document(row, slug))
    places = {**known, **{slug: document for slug, (_, document) in found.items()}}
    for slug, (row, _) in found.items():
        _check_parent(row, slug, places)
    return Outcome((save(database, [doc for _, doc in found.values()], Noun("lieu", "lieux")),))


def _slug(row: Row, found: Mapping[str, tuple[Row, Document]]) -> str:
    row.filled("id")
    slug = row.matching("id", SLUG, "un identifiant (a–z, 0–9 et tirets, 2 à 60 caractères)")
    if slug in found:
        raise row.refuse("id", f"{quoted(slug)} est déjà à la ligne {found[slug][0].line}.")
    return slug


def _document(row: Row, slug: str) -> Document:
    kind = row.one_of("type", TYPES, "un type de lieu")
    fields: dict[str, Any] = {
        name: row[name] for name in ("parent", "address", "city", "hours", "source")
    }
    if kind in SOURCED:
        row.filled("source")
    return PLACE_KIND.new(
        slug,
        **fields,
        type=kind,
        name=row.filled("name"),
        postcode=row.matching("postcode", r"[0-9]{5}", "un code postal"),
        phone=phone(row),
        url=row.matching("url", r"https?://\S+", "une adresse (https://…)"),
        emblem=row.one_of("emblem", EMBLEMS, "un emblème") if kind == "residence" else "",
        lift=_lift(row) if kind == "staircase" else None,
        floors=_floors(row) if kind == "staircase" else None,
        checked=_day(row, "checked"),
    )


def phone(row: Row) -> str:
    """A telephone number as people say it, "" where there is none."""
    return row.matching("phone", r"\+?[0-9][0-9 .]{1,20}", "un numéro de téléphone")


def _lift(row: Row) -> bool:
    return row.one_of("lift", ("yes", "no"), "une réponse") == "yes"


def _floors(row: Row) -> int | None:
    row.filled("floors")
    return row.number("floors", 0, 40)


def _day(row: Row, column: str) -> str:
    value = row.matching(column, r"\d{4}-\d\d-\d\d", "une date (2026-11-22)")
    try:
        return str(date.fromisoformat(value)) if value else ""
    except ValueError as error:
        raise row.refuse(column, f"{quoted(value)} n’existe pas dans le calendrier.") from error


def _check_parent(row: Row, slug: str, places: Mapping[str, Document]) -> None:
    parent, kind = row["parent"], row["type"]
    if parent and parent not in places:
        raise row.refuse("parent", f"On ne connaît pas le lieu {quoted(parent)}.")
    if parent and slug in chain(places, parent):
        raise row.refuse("parent", f"{quoted(slug)} est contenu dans lui-même.")
    allowed = PARENTS[kind]
    if (places[parent]["type"] if parent else "") not in allowed:
        words = " ou ".join(FRENCH[word] for word in allowed if word)
        said = f"Le lieu qui contient {quoted(slug)} doit être {words}."
        raise row.refuse("parent", said if words else f"{quoted(slug)} n’est dans aucun lieu.")
