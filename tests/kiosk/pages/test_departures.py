"""Erasing somebody, moving a household out: asked twice, signed, followed from hall to hall."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sync import clock
from sync.clock import stamp
from sync.documents.erasure import ERASED, erase
from sync.documents.kind import Document
from sync.documents.node import NODE
from sync.mesh.erasing import execute
from sync.mesh.survey import erasures

WAITING = ("urgent", "words", "media")


@pytest.fixture(autouse=True)
def unsigned(landlord: Any) -> Iterator[None]:
    """Each test begins with nothing signed."""
    yield
    for kind in ("erasure", "moveout"):
        for fact in landlord.database.range("estate", f"{kind}:", f"{kind};"):
            landlord.database.delete("estate", fact)


@pytest.fixture
def thierry(landlord: Any) -> Any:
    return landlord.sign_in("Thierry")


def facts(landlord: Any, kind: str) -> list[Document]:
    found: list[Document] = landlord.database.range("estate", f"{kind}:", f"{kind};")
    return found


def hall(landlord: Any, key: str) -> None:
    """Let a hall have said how it is."""
    told = {"clock": {"certain": True, "ahead": 0.0}, "waiting": dict.fromkeys(WAITING, 0)}
    more = {"name": key, "role": "kiosk", "version": "1", "disk": 9 * 10**9, **told}
    at = stamp(clock.now())
    said = NODE.new(key, at=at, origin=f"{key}.1", refused=0, merged=0, peers=[], **more)
    landlord.database.put("status", said)


def test_the_administrator_alone_comes_here(landlord: Any, thierry: Any) -> None:
    assert thierry.get("/departures/").status_code == 200
    assert "/departures/" in thierry.get("/halls/").text
    for name in ("Claire", "Gérard", "Amina"):
        assert landlord.sign_in(name).get("/departures/").status_code == 403
    assert "/departures/" not in landlord.sign_in("Claire").get("/about/map").text
    assert landlord.visit().get("/departures/").location.startswith("/signin?next=")


@pytest.mark.parametrize("words", ["amina", "BENALI 31", "figuiers b 31", "Bénali"])
def test_a_door_is_found_by_a_name_or_its_number(landlord: Any, thierry: Any, words: str) -> None:
    page = thierry.get("/departures/", query_string={"q": words}).text
    found = re.findall(r'href="/departures/(h[0-9a-z]+)"', page)
    assert found == [landlord.cast["Amina"].account]


def test_nobody_is_found_by_a_word_that_nobody_has(thierry: Any) -> None:
    assert "On ne trouve personne" in thierry.get("/departures/?q=zanzibar").text


def test_what_will_go_is_said_before_anything_is_signed(landlord: Any, thierry: Any) -> None:
    amina, fatou = landlord.cast["Amina"], landlord.cast["Fatou"]
    page = thierry.get(f"/departures/{amina.account}/erase/{amina.person}").text
    assert "Effacer Amina Benali" in page
    assert "On ne peut pas revenir en arrière." in page
    assert "tout le logement est effacé" in page
    page = thierry.get(f"/departures/{fatou.account}/erase/{fatou.person}").text
    assert "tout le logement est effacé" not in page
    assert facts(landlord, "erasure") == []


def test_an_erasure_is_signed_and_followed_from_hall_to_hall(landlord: Any, thierry: Any) -> None:
    lucien, database = landlord.cast["Lucien"], landlord.database
    for key in ("n-a", "n-b"):
        hall(landlord, key)
    answer = thierry.post(f"/departures/{lucien.account}/erase/{lucien.person}")
    where = answer.location
    assert "Les halls vont l’apprendre." in thierry.get(where).text
    witness = thierry.services.witness
    (fact,) = erasures(database, lambda d: witness.author(d) is not None)
    assert (fact["person"], fact["by"]) == (lucien.person, landlord.cast["Thierry"].person)
    execute(database, fact, lambda _: True, at=stamp(clock.now()), origin="n-a.1")
    assert "Effacé dans 1 hall sur 2" in thierry.get(where).text
    for key, far in (("n-a", "1 sur 1"), ("n-b", "0 sur 1")):
        assert f"<dd>{far}</dd>" in thierry.get(f"/halls/{key}").text
    database.put(
        "status",
        ERASED.new(
            f"{lucien.person}.n-b",
            at=stamp(clock.now()),
            origin="n-b.1",
            person=lucien.person,
            asked=fact["at"],
        ),
    )
    assert "Effacé dans 2 halls sur 2" in thierry.get("/departures/").text
    assert "Martin" not in thierry.get("/departures/?q=martin").text.partition("<main")[2]


def test_a_move_out_names_who_leaves_and_when(landlord: Any, thierry: Any) -> None:
    fatou = landlord.cast["Fatou"]
    day = str(clock.today(clock.now()) + timedelta(days=3))
    answer = thierry.post(f"/departures/{fatou.account}/moveout", {"day": day})
    (fact,) = facts(landlord, "moveout")
    assert fact["people"] == sorted([fatou.person, landlord.cast["Moussa"].person])
    assert (fact["household"], fact["day"]) == (fatou.account, day)
    assert "HMP garde leurs demandes trois ans." in thierry.get(answer.location).text


@pytest.mark.parametrize("day", ["", "demain", "1926-11-30", "2099-01-01"])
def test_a_day_that_is_none_or_far_is_asked_again(landlord: Any, thierry: Any, day: str) -> None:
    answer = thierry.post(f"/departures/{landlord.cast['Fatou'].account}/moveout", {"day": day})
    assert answer.status_code == 422
    assert "Choisissez un jour proche." in answer.text
    assert facts(landlord, "moveout") == []


def test_nobody_else_signs_anything(landlord: Any) -> None:
    amina = landlord.cast["Amina"]
    where = f"/departures/{amina.account}/erase/{amina.person}"
    for screen in (landlord.sign_in("Claire"), landlord.sign_in("Amina")):
        assert screen.post(where).status_code == 403
    assert facts(landlord, "erasure") == []


def test_a_hall_and_a_machine_of_no_estate_only_say_where_it_is_done(landlord: Any) -> None:
    amina = landlord.cast["Amina"]
    where = f"/departures/{amina.account}/erase/{amina.person}"
    kiosk = landlord.sign_in("Thierry", mode="kiosk", roles=("kiosk",))
    page = kiosk.get(where).text
    assert "Seul un poste de HMP peut signer cela." in page
    assert "Effacer pour toujours" not in page
    assert kiosk.post(where).status_code == 404
    assert facts(landlord, "erasure") == []


def test_a_fact_that_nobody_signed_is_not_shown(landlord: Any, thierry: Any) -> None:
    made = {"at": stamp(clock.now()), "by": "s1", "origin": "n-1.1"}
    landlord.database.put("estate", erase("pforged", "hforged", [], **made))
    assert "/departures/erased/pforged" not in thierry.get("/departures/").text
    assert thierry.get("/departures/erased/pforged").status_code == 404


def test_a_door_a_person_or_a_receipt_that_is_unknown_is_not_found(
    landlord: Any, thierry: Any
) -> None:
    amina, lucien = landlord.cast["Amina"], landlord.cast["Samira"]
    for path in (
        "hnobody",
        f"{amina.account}/erase/{lucien.person}",
        "hnobody/moveout",
        f"moved/{amina.account}/2026-11-28",
    ):
        assert thierry.get(f"/departures/{path}").status_code == 404
