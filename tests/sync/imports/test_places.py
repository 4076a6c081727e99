"""Places from a CSV."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from sync.database import Database
from sync.documents.place import chain
from sync.imports import places
from sync.imports.atlas import read_places
from sync.imports.errors import ImportRefused

Write = Callable[[str, str | bytes], str]
HEADER = "id,type,name,parent,emblem,lift,floors,source,checked\n"
TOWN = "mairie,townhall,Mairie,,,,,demo,\n"
HOUSES = "figuiers,residence,Les Figuiers,mairie,figuiers,,,demo,\n"


def test_the_demonstration_estate_is_whole(database: Database, demo: Path, now: datetime) -> None:
    outcome = places.load(database, str(demo / "places.csv"), now=now)
    atlas = read_places(database)
    assert outcome.created == len(atlas) > 90
    assert chain(atlas, "figuiers-b-ascenseur") == (
        "figuiers-b-ascenseur",
        "figuiers-b",
        "figuiers",
        "mairie-1-7",
        "marseille",
    )


def test_a_second_import_changes_nothing(estate: Database, demo: Path, now: datetime) -> None:
    before = estate.range("estate", "place:", "place;")
    outcome = places.load(estate, str(demo / "places.csv"), now=now)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, len(before))
    assert estate.range("estate", "place:", "place;") == before


def test_a_changed_row_changes_its_place_only(
    database: Database, write: Write, now: datetime
) -> None:
    places.load(database, write("a.csv", HEADER + HOUSES + TOWN), now=now)
    renamed = HOUSES.replace("Les Figuiers", "Le Figuier")
    outcome = places.load(database, write("a.csv", HEADER + TOWN + renamed), now=now)
    assert str(outcome) == "2 lieux\u00a0: 0 nouveau, 1 changé, 1 déjà là."
    assert read_places(database)["figuiers"]["name"] == "Le Figuier"


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        (HOUSES, 2, "parent", "On ne connaît pas le lieu «\u00a0mairie\u00a0»"),
        (TOWN + TOWN, 3, "id", "déjà à la ligne 2"),
        (TOWN.replace("townhall", "castle"), 2, "type", "un type de lieu"),
        (TOWN + HOUSES.replace("mairie", "figuiers"), 3, "parent", "contenu dans lui-même"),
        (TOWN.replace("mairie", "La Mairie"), 2, "id", "un identifiant"),
        (TOWN.replace("demo,", "demo,2026-02-30"), 2, "checked", "calendrier"),
        (TOWN + "f-b,staircase,B,mairie,,yes,4,demo,\n", 3, "parent", "doit être une résidence"),
        (TOWN + HOUSES + "f-b,staircase,B,figuiers,,yes,haut,,\n", 4, "floors", "nombre entier"),
        (TOWN + HOUSES + "f-b,staircase,B,figuiers,,oui,4,,\n", 4, "lift", "yes, no"),
        (TOWN.replace("demo", ""), 2, "source", "Il manque"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    database: Database, write: Write, now: datetime, rows: str, line: int, column: str, words: str
) -> None:
    with pytest.raises(ImportRefused, match=words) as refusal:
        places.load(database, write("places.csv", HEADER + rows), now=now)
    assert (refusal.value.line, refusal.value.column) == (line, column)
    assert str(refusal.value).startswith(
        f"places.csv, ligne {line}, colonne «\u00a0{column}\u00a0»"
    )
    assert read_places(database) == {}


def test_a_circle_through_several_rows_is_refused(
    database: Database, write: Write, now: datetime
) -> None:
    circle = "a1,townhall,A,b1,,,,demo,\nb1,townhall,B,c1,,,,demo,\nc1,townhall,C,a1,,,,demo,\n"
    with pytest.raises(ImportRefused, match="contenu dans lui-même"):
        places.load(database, write("places.csv", HEADER + circle), now=now)
