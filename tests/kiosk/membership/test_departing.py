"""`residacoeur estate erase` and `moveout`: signed on the landlord’s machine, once it is sure."""

import argparse
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import app
from kiosk.command import parse
from kiosk.errors import Stopped
from kiosk.membership import estate
from kiosk.membership.settling import settle
from sync.database import Database
from sync.documents.account import HOUSEHOLD, PERSON
from sync.documents.key import household
from sync.mesh.identity.witness import witness_of

HOME = household("figuiers", "figuiers-b", "42")
Do = Callable[..., str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("departing") / "office"
    assert app.main(["estate", "new", "--data", str(data)]) == 0
    return data


@pytest.fixture
def known(database: Database) -> Database:
    """Fatou and Moussa behind a door of their own."""
    door = {"residence": "figuiers", "staircase": "figuiers-b", "door": "42"}
    database.put("accounts", HOUSEHOLD.new(HOME, **door))
    for name in ("Fatou", "Moussa"):
        told = {"household": HOME, "first_name": name, "last_name": "Diallo"}
        database.put("accounts", PERSON.new(f"p{name.lower()}", **told))
    return database


@pytest.fixture
def do(known: Database, office: Path, capsys: Any) -> Do:
    """A function do(*words, data): what `residacoeur estate WORDS` says; raises Stopped."""

    def run(*words: str, data: Path = office) -> str:
        options: argparse.Namespace = parse(["estate", *words, "--data", str(data)])
        assert estate.run(options, lambda: nullcontext(known)) == 0
        return str(capsys.readouterr().out)

    return run


def facts(database: Database, kind: str) -> list[dict[str, Any]]:
    return database.range("estate", f"{kind}:", f"{kind};")


def test_first_it_only_says_what_will_go(do: Do, known: Database) -> None:
    for words in (("erase", "figuiers-b-42", "--person", "Moussa"), ("moveout", "figuiers-b-42")):
        with pytest.raises(Stopped, match="Rien n’est encore fait"):
            do(*words)
    assert facts(known, "erasure") == facts(known, "moveout") == []


def test_an_erasure_is_signed_for_one_person(do: Do, known: Database, office: Path) -> None:
    said = do("erase", "figuiers-b-42", "--person", "moussa", "--yes")
    assert "Moussa Diallo" in said
    (fact,) = facts(known, "erasure")
    assert (fact["person"], fact["household"], "whole" in fact) == ("pmoussa", HOME, False)
    witness = witness_of(office)
    assert witness is not None
    assert witness.author(fact) is not None


def test_the_last_of_a_door_takes_all_of_it_along(do: Do, known: Database) -> None:
    known.delete("accounts", known.get("accounts", "person:pfatou") or {})
    do("erase", "figuiers-b-42", "--yes")
    assert facts(known, "erasure")[0]["whole"] is True


def test_one_of_several_has_to_be_named(do: Do) -> None:
    with pytest.raises(Stopped, match="--person"):
        do("erase", "figuiers-b-42", "--yes")


def test_a_move_out_names_all_who_live_there_and_its_day(do: Do, known: Database) -> None:
    assert "30/11/2026" in do("moveout", "figuiers-b-42", "--day", "2026-11-30", "--yes")
    (fact,) = facts(known, "moveout")
    assert fact["people"] == ["pfatou", "pmoussa"]
    assert (fact["household"], fact["day"]) == (HOME, str(date(2026, 11, 30)))


def test_neither_a_hall_nor_a_machine_of_no_estate_signs(
    do: Do, office: Path, tmp_path: Path
) -> None:
    file = tmp_path / "hall.node"
    adding = ["estate", "add", tmp_path.name, "--role", "kiosk", "--staircase", "figuiers-b"]
    assert app.main([*adding, "-o", str(file), "--data", str(office)]) == 0
    settle(tmp_path / "hall", file)
    for data in (tmp_path / "hall", tmp_path / "alone"):
        with pytest.raises(Stopped, match="Seul un poste du bailleur"):
            do("erase", "figuiers-b-42", "--person", "Fatou", "--yes", data=data)
