"""A resident's own computer: the code on a hall's screen, the form on the computer at home."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.joining import Invitation, Joining, NotJoined, Reason
from kiosk.pages.listen.shown import blocks
from sync import clock


class Halls:
    """Invites and joins as the mesh would: it knows one address and one code."""

    def __init__(self, is_free: bool = False) -> None:
        self.is_free = is_free
        self.invited: list[str] = []
        self.lasts = timedelta(minutes=5)
        self.refusal: Reason | None = None
        self.joined: list[tuple[str, str]] = []

    def invite(self, household: str) -> Invitation:
        if self.refusal:
            raise NotJoined(self.refusal)
        self.invited.append(household)
        until: datetime = clock.now() + self.lasts
        return Invitation("K7R2FM9TXC", until, "192.168.1.20:6984")

    def join(self, address: str, code: str) -> None:
        if self.refusal:
            raise NotJoined(self.refusal)
        self.joined.append((address, code))


@pytest.fixture
def halls(portal: Any) -> Callable[..., Halls]:
    """A function halls(mode, is_free) with which that mode's portal can invite, or join."""

    def wired(mode: str, is_free: bool = False) -> Halls:
        made = Halls(is_free)
        known: Joining = made
        app = portal.app(mode=mode)
        services = app.extensions["residacoeur"]
        app.extensions["residacoeur"] = replace(services, joining=known)
        return made

    return wired


def test_where_nobody_can_join_it_says_where_one_can(portal: Any) -> None:
    page = portal.visit(mode="tv").get("/join/")
    assert page.status_code == 200
    assert "Cela se fait sur l’écran d’un hall." in page.text


def test_a_code_is_for_the_household_of_who_has_signed_in(portal: Any, halls: Any) -> None:
    asked = halls("kiosk")
    assert portal.visit(mode="kiosk").get("/join/").location.startswith("/signin?next=")
    assert portal.visit(mode="kiosk").post("/join/code").status_code == 404
    assert portal.sign_in("Gérard", mode="kiosk").get("/join/").status_code == 403
    amina = portal.sign_in("Amina", mode="kiosk")
    assert "K7R" not in amina.get("/join/").text
    assert amina.post("/join/code").location == "/join/"
    assert asked.invited == [portal.cast["Amina"].account]
    page = amina.get("/join/").text
    assert "<span>K7R</span><span>2FM</span><span>9TXC</span>" in page
    assert "192.168.1.20:6984" in page


def test_a_code_is_never_said_aloud_before_it_is_allowed(portal: Any, halls: Any) -> None:
    halls("kiosk")
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.post("/join/code")
    said = blocks(amina.get("/join/").text, "fr")
    assert [block.own for block in said if "K7R" in block.text] == [True]
    assert "Chez vous, ouvrez Résidacœur." in [block.text for block in said if not block.own]


def test_another_visit_does_not_see_the_code(portal: Any, halls: Any) -> None:
    halls("kiosk")
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.post("/join/code")
    assert "K7R" not in portal.sign_in("Amina", mode="kiosk").get("/join/").text
    amina.post("/leave")
    assert "K7R" not in amina.get("/join/").text


def test_a_code_that_is_over_is_not_shown(portal: Any, halls: Any) -> None:
    halls("kiosk").lasts = timedelta(0)
    amina = portal.sign_in("Amina", mode="kiosk")
    amina.post("/join/code")
    page = amina.get("/join/").text
    assert "K7R" not in page
    assert "Montrer le code" in page


def test_when_no_code_is_made_it_says_so(portal: Any, halls: Any) -> None:
    halls("kiosk").refusal = "failed"
    answer = portal.sign_in("Amina", mode="kiosk").post("/join/code")
    assert answer.status_code == 503
    assert "Cela n’a pas marché. Réessayez dans un moment." in answer.text


def test_a_free_computer_joins_with_what_stands_on_the_halls_screen(
    portal: Any, halls: Any
) -> None:
    asked = halls("home", is_free=True)
    screen = portal.visit()
    assert 'name="address"' in screen.get("/join/").text
    answer = screen.post("/join/", {"address": " 192.168.1.20:6984 ", "code": "k7r-2fm 9txc"})
    assert "C’est relié." in answer.text
    assert asked.joined == [("192.168.1.20:6984", "K7R2FM9TXC")]


@pytest.mark.parametrize(
    ("address", "code", "refusal", "sentence", "field"),
    [
        ("", "K7R2FM9TXC", None, "Tapez l’adresse qui est sur l’écran du hall.", "address"),
        ("hall", "K7R2", None, "Tapez les dix signes du code.", "code"),
        ("hall", "K7R2FM9TXC", "code", "Ce n’est pas ce code.", "code"),
        ("hall", "K7R2FM9TXC", "over", "Ce code est fini.", "code"),
        ("hall", "K7R2FM9TXC", "silent", "Rien ne répond à cette adresse.", "address"),
        ("hall", "K7R2FM9TXC", "other", "Ce code est celui d’un autre logement.", "code"),
        ("hall", "K7R2FM9TXC", "stranger", "ce n’est pas votre hall.", "address"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_address_stays(
    portal: Any, halls: Any, address: str, code: str, refusal: Any, sentence: str, field: str
) -> None:
    asked = halls("home", is_free=True)
    asked.refusal = refusal
    answer = portal.visit().post("/join/", {"address": address, "code": code})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{address}"' in answer.text
    wrong = answer.text.index('aria-invalid="true"')
    assert answer.text.rindex("<input", 0, wrong) == answer.text.index(f'<input id="{field}"')
    assert code not in answer.text
    assert asked.joined == []


def test_a_computer_of_an_estate_joins_no_other(portal: Any, halls: Any) -> None:
    asked = halls("home")
    answer = portal.visit().post("/join/", {"address": "hall", "code": "K7R2FM9TXC"})
    assert answer.status_code == 404
    assert asked.joined == []


def test_the_way_to_it_stands_among_the_settings(portal: Any, halls: Any) -> None:
    halls("kiosk")
    assert "/join/" in portal.sign_in("Amina", mode="kiosk").get("/settings/").text
    assert "/join/" not in portal.visit(mode="kiosk").get("/settings/").text
    halls("home", is_free=True)
    assert "Relier cet ordinateur" in portal.visit().get("/settings/").text
