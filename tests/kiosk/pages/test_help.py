"""Help: the card for where one is, and the people who help."""

import re
from typing import Any

import pytest

from kiosk.pages.help.cards import CARDS, card_for


@pytest.mark.parametrize(
    ("page", "card"),
    [
        ("/", "report"),
        ("/report/lift", "report"),
        ("/signin?next=/", "enter"),
        ("/reports/", "answers"),
        ("/works/abc", "news"),
        ("/settings/", "bigger"),
    ],
)
def test_the_first_card_is_the_one_for_the_page_one_comes_from(page: str, card: str) -> None:
    assert card_for(page) == card


def test_every_card_opens_and_leads_back_to_where_one_was(portal: Any) -> None:
    screen = portal.visit()
    for name, card in CARDS.items():
        page = screen.get(f"/help/{name}?page=/works/").text
        assert str(card.steps[0].sentence) in page
        assert 'href="/help?page=%2Fworks%2F"' in page
    assert screen.get("/help/unknown").status_code == 404


def test_help_asked_for_on_a_page_of_help_still_knows_where_one_was(portal: Any) -> None:
    screen = portal.visit()
    page = screen.get("/help?page=/works/").text
    again = re.search(r'href="(/help\?page=[^"]*)"', page.partition("<footer")[2])
    assert again
    assert 'href="/works/"' in screen.get(again.group(1)).text.partition("<nav")[2]


def test_gérard_is_named_with_his_telephone_once_he_has_one(portal: Any) -> None:
    page = portal.visit(staircase="figuiers-b").get("/help/people").text
    assert "Gérard Rossi" in page
    assert "Les Figuiers" in page


def test_elsewhere_gérard_is_not_the_one_to_ask(portal: Any) -> None:
    page = portal.visit(staircase="gabians-c").get("/help/people").text
    assert "Gérard Rossi" not in page
    assert "3013" in page


def test_help_leads_to_no_other_site(portal: Any) -> None:
    page = portal.visit().get("/help?page=https://evil.example/").text
    assert "evil.example" not in page
