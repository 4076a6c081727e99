"""A residence with its people and its caretaker, on a real database."""

import pytest

from sync.database import Database
from sync.documents.account import HOUSEHOLD, PERSON, STAFF
from sync.documents.key import household
from sync.documents.place import PLACE_KIND

B31, B42, C21 = (
    household("figuiers", "figuiers-b", "31"),
    household("figuiers", "figuiers-b", "42"),
    household("figuiers", "figuiers-c", "21"),
)


@pytest.fixture
def estate(database: Database) -> Database:
    """Amina alone, Fatou and her son behind one door, Lucien in the next staircase, Claire."""
    places = [
        PLACE_KIND.new("figuiers", type="residence", name="Les Figuiers", emblem="figuiers"),
        PLACE_KIND.new("figuiers-b", type="staircase", name="Escalier B", parent="figuiers"),
        PLACE_KIND.new("figuiers-c", type="staircase", name="Escalier C", parent="figuiers"),
    ]
    homes = {B31: ("figuiers-b", "31"), B42: ("figuiers-b", "42"), C21: ("figuiers-c", "21")}
    people = {
        "pamina": (B31, "Amina", "Benali", "ar"),
        "pfatou": (B42, "Fatou", "Diallo", "wo"),
        "pmoussa": (B42, "Moussa", "Diallo", "fr"),
        "plucien": (C21, "Lucien", "Martin", "fr"),
    }
    accounts = [
        *(
            HOUSEHOLD.new(id, residence="figuiers", staircase=staircase, door=door)
            for id, (staircase, door) in homes.items()
        ),
        *(
            PERSON.new(id, household=home, first_name=first, last_name=last, language=language)
            for id, (home, first, last, language) in people.items()
        ),
        STAFF.new("sclaire", name="Claire Ferrand", role="agent"),
        STAFF.new(
            "sgerard",
            name="Gérard Rossi",
            role="caretaker",
            residence="figuiers",
            phone="04 65 71 10 21",
        ),
    ]
    assert all(row.rev for row in database.bulk("estate", places))
    assert all(row.rev for row in database.bulk("accounts", accounts))
    return database
