"""Help: the card for where one is, and the people who help."""

import re
from typing import Any

import pytest

from kiosk.pages.help.cards import CARDS, card_for
from kiosk.pages.help.scene import HIGH, PARTS, WIDE, shown
from kiosk.pages.listen.shown import blocks


@pytest.mark.parametrize(
    ("page", "card"),
    [
        ("/", "report"),
        ("/report/lift", "report"),
        ("/report/photo?what=lift", "photo"),
        ("/signin?next=/", "card"),
        ("/signin/code?staircase=figuiers-b&door=31", "code"),
        ("/reports/", "answers"),
        ("/works/abc", "works"),
        ("/settings/", "bigger"),
        ("/language/", "language"),
    ],
)
def test_the_first_card_is_the_one_for_the_page_one_comes_from(page: str, card: str) -> None:
    assert card_for(page) == card


def test_every_card_opens_and_leads_back_to_where_one_was(portal: Any) -> None:
    screen = portal.visit()
    for name, card in CARDS.items():
        page = screen.get(f"/help/{name}?page=/works/").text
        assert str(card.steps[0].said("home")) in page
        assert 'href="/help?page=%2Fworks%2F"' in page
    assert screen.get("/help/unknown").status_code == 404


def steps(screen: Any, name: str) -> list[str]:
    """The pages of a card as its own key "next" leads through them."""
    path, pages = f"/help/{name}?page=/works/", []
    while path.startswith("/help/"):
        page = screen.get(path).text
        pages.append(page)
        onward = re.search(r'<a class="key act" href="([^"]+)" data-focus', page)
        assert onward, path
        path = onward.group(1)
    return [*pages, path]


@pytest.mark.parametrize("mode", ["kiosk", "home", "tv"])
@pytest.mark.parametrize("name", CARDS)
def test_a_card_shows_one_step_at_a_time_and_ends_where_it_is_done(
    portal: Any, name: str, mode: str
) -> None:
    card = CARDS[name]
    *pages, end = steps(portal.visit(mode=mode), name)
    assert end == card.onward
    assert len(pages) == len(card.steps)
    for number, (page, step) in enumerate(zip(pages, card.steps, strict=True), 1):
        told = re.findall(r'<h1 id="sentence">(.*?)</h1>', page)
        assert told == [str(step.said(mode))]
        assert mode == "kiosk" or "ouchez" not in told[0]  # nothing there to touch
        assert f"{number} / {len(pages)}</p>" in page
        assert f"#{step.picto}" in page
        before = f"/{number - 1}" if number > 2 else ""
        assert (f'href="/help/{name}{before}?page=%2Fworks%2F"' in page) is (number > 1)


def test_a_step_that_a_card_has_not_is_no_page(portal: Any) -> None:
    screen = portal.visit()
    for path in ("/help/report/0", "/help/report/5", "/help/report/x", "/help/none/2"):
        assert screen.get(path).status_code == 404


def test_help_offers_every_card_that_it_does_not_put_first(portal: Any) -> None:
    page = portal.visit().get("/help?page=/works/").text
    offered = re.findall(r'href="/help/([a-z]+)\?page=%2Fworks%2F"', page)
    assert offered[0] == "works"
    assert sorted(offered) == sorted([*CARDS, "people"])


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_what_one_touches_is_drawn_within_the_screen_in_both_directions(
    portal: Any, lang: str
) -> None:
    for name in PARTS:
        box = shown(PARTS[name])
        assert 0 < box.x < box.x + box.w < WIDE, name
        assert 0 < box.y < box.y + box.h < HIGH, name
    page = portal.visit(lang).get("/help/card/3").text
    drawn = re.search(r'<rect class="aim" x="(\d+)" y="(\d+)"', page)
    assert drawn
    assert (int(drawn.group(1)) < WIDE / 2) is (lang == "ar")


def test_a_card_is_heard_as_it_is_shown(portal: Any) -> None:
    screen = portal.visit()
    heard = blocks(screen.get("/help/report/2").text, "fr")
    assert [block.text for block in heard][:2] == [
        "Signaler un problème",
        "Dites où c’est.",
    ]


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
