"""Residents and staff from a CSV."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from sync.database import Database
from sync.documents.key import household, person
from sync.imports import residents
from sync.imports.errors import ImportRefused

Write = Callable[[str, str | bytes], str]
HEADER = "reference,residence,staircase,floor,door,title,first_name,last_name,language\n"
AMINA = "2001-1,figuiers,B,3,31,Mme,Amina,Benali,ar\n"
LUCIEN = "2002-1,figuiers,B,1,12,M.,Lucien,Pascal,\n"


def accounts(database: Database) -> list[dict[str, object]]:
    return database.range("accounts", "a", "z")


def test_the_demonstration_estate_has_its_households(
    estate: Database, demo: Path, now: datetime
) -> None:
    outcome = residents.load(estate, str(demo / "residents.csv"), now=now)
    doors, people = outcome.tallies
    assert (doors.created, people.created) == (700, 1495)
    assert str(outcome) == (
        "700 logements\u00a0: 700 nouveaux, 0 changé, 0 déjà là. "
        "1495 personnes\u00a0: 1495 nouvelles, 0 changée, 0 déjà là."
    )


def test_a_person_lives_behind_a_door(estate: Database, write: Write, now: datetime) -> None:
    residents.load(estate, write("r.csv", HEADER + AMINA + LUCIEN), now=now)
    home = household("figuiers", "figuiers-b", "31")
    amina = estate.get("accounts", "person:" + person("2001-1"))
    door = estate.get("accounts", "household:" + home)
    assert amina is not None
    assert door is not None
    assert (amina["household"], amina["language"], amina["title"]) == (home, "ar", "Mme")
    assert (door["staircase"], door["door"], door["floor"]) == ("figuiers-b", "31", 3)
    lucien = estate.get("accounts", "person:" + person("2002-1"))
    assert lucien is not None
    assert lucien["language"] == "fr"


def test_a_second_import_changes_nothing(estate: Database, write: Write, now: datetime) -> None:
    path = write("r.csv", HEADER + AMINA + LUCIEN)
    residents.load(estate, path, now=now)
    before = accounts(estate)
    outcome = residents.load(estate, path, now=now)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 4)
    assert not outcome.remarks
    assert accounts(estate) == before


def test_who_left_the_file_stays_and_is_named(
    estate: Database, write: Write, now: datetime
) -> None:
    residents.load(estate, write("r.csv", HEADER + AMINA + LUCIEN), now=now)
    outcome = residents.load(estate, write("r.csv", HEADER + AMINA), now=now)
    assert "Ne sont plus dans le fichier, et restent\u00a0: 1 (2002-1)." in str(outcome)
    assert estate.get("accounts", "person:" + person("2002-1"))


def test_new_people_behind_a_door_are_told(estate: Database, write: Write, now: datetime) -> None:
    residents.load(estate, write("r.csv", HEADER + AMINA), now=now)
    moved_in = AMINA.replace("2001-1", "3003-1").replace("Amina", "Fatou")
    outcome = residents.load(estate, write("r.csv", HEADER + moved_in), now=now)
    assert "Ont un nouveau bail\u00a0: 1 (figuiers-b 31)." in str(outcome)


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        (AMINA + AMINA, 3, "reference", "déjà à la ligne 2"),
        (AMINA + AMINA.replace("2001", "2009"), 3, "door", "autre bail"),
        (AMINA + AMINA.replace("1-1", "1-2").replace("31", "32"), 3, "door", "a déjà une autre"),
        (AMINA + AMINA.replace("1-1", "1-2").replace(",3,", ",2,"), 3, "floor", "autre étage"),
        (AMINA.replace("figuiers", "palmiers"), 2, "residence", "On ne connaît pas le lieu"),
        (AMINA.replace(",B,", ",Z,"), 2, "staircase", "On ne connaît pas l’escalier"),
        (AMINA.replace(",3,", ",99,"), 2, "floor", "n’est pas entre 0 et 8"),
        (AMINA.replace("Mme", "Madame"), 2, "title", "M., Mme"),
        (AMINA.replace("Benali", ""), 2, "last_name", "Il manque"),
        (AMINA.replace(",ar", ",arabe"), 2, "language", "code de langue"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    estate: Database, write: Write, now: datetime, rows: str, line: int, column: str, words: str
) -> None:
    with pytest.raises(ImportRefused, match=words) as refusal:
        residents.load(estate, write("residents.csv", HEADER + rows), now=now)
    assert (refusal.value.line, refusal.value.column) == (line, column)
    assert accounts(estate) == []


def test_the_staff_are_known_by_their_role(estate: Database, demo: Path, now: datetime) -> None:
    outcome = residents.load(estate, str(demo / "staff.csv"), now=now)
    staff = estate.range("accounts", "staff:", "staff;")
    gerard = next(member for member in staff if member["name"].startswith("Gérard"))
    assert outcome.created == len(staff) == 11
    assert (gerard["role"], gerard["residence"]) == ("caretaker", "figuiers")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("S1,concierge,Claire,,", "role", "caretaker"),
        ("S1,caretaker,Claire,,", "residence", "Il manque"),
        ("S1,townhall,Claire,,figuiers", "residence", "On ne connaît pas"),
        ("S1,agent,Claire,jamais,", "phone", "téléphone"),
        ("2001-1,agent,Claire,,", "reference", "d’un habitant"),
    ],
)
def test_a_bad_member_of_staff_is_refused(
    estate: Database, write: Write, now: datetime, row: str, column: str, words: str
) -> None:
    residents.load(estate, write("r.csv", HEADER + AMINA), now=now)
    path = write("staff.csv", f"reference,role,name,phone,residence\n{row}\n")
    with pytest.raises(ImportRefused, match=words) as refusal:
        residents.load(estate, path, now=now)
    assert (refusal.value.line, refusal.value.column) == (2, column)
    assert estate.range("accounts", "staff:", "staff;") == []
