"""Who letters are for."""

import pytest

from kiosk.holder import NotFound
from kiosk.letters.addressees import Helper, living, named
from sync.database import Database


def test_a_door_means_everyone_behind_it_each_once(estate: Database) -> None:
    people = named(estate, ["figuiers-b-42", "claire ferrand", "FIGUIERS-B-42"])
    assert [to.name for to in people] == ["Fatou Diallo", "Moussa Diallo", "Claire Ferrand"]


def test_a_letter_knows_the_home_the_language_and_who_helps(estate: Database) -> None:
    [amina] = named(estate, ["figuiers-b-31"])
    assert (amina.residence, amina.staircase, amina.door) == ("Les Figuiers", "Escalier B", "31")
    assert (amina.language, amina.emblem) == ("ar", "figuiers")
    assert amina.helper == Helper("Gérard Rossi", "04 65 71 10 21")


def test_a_language_without_a_catalog_falls_back_to_french(estate: Database) -> None:
    [fatou] = named(estate, ["figuiers-b-42"], "Fatou")
    assert fatou.language == "fr"


def test_a_residence_is_walked_staircase_by_staircase(estate: Database) -> None:
    names = [to.name for to in living(estate, "figuiers")]
    assert names == ["Amina Benali", "Fatou Diallo", "Moussa Diallo", "Lucien Martin"]


@pytest.mark.parametrize("staircase", ["figuiers-b", "b", "B"])
def test_a_staircase_alone_is_named_in_full_or_by_its_letter(
    estate: Database, staircase: str
) -> None:
    names = [to.name for to in living(estate, "figuiers", staircase)]
    assert names == ["Amina Benali", "Fatou Diallo", "Moussa Diallo"]


@pytest.mark.parametrize("where", [("figuiers", "z"), ("nowhere", "")])
def test_a_place_nobody_knows_is_refused(estate: Database, where: tuple[str, str]) -> None:
    with pytest.raises(NotFound, match=where[1] or where[0]):
        living(estate, *where)
