"""The town hall of where one lives, with where its facts were read."""

from typing import Any

from kiosk.pages.townhall import model


def test_amina_sees_the_town_hall_of_her_sector(portal: Any) -> None:
    page = portal.sign_in("Amina").get("/townhall/").text
    assert "Mairie des 1er et 7e" in page
    assert "61 La Canebière, 13001 Marseille" in page
    assert "mairie1-7.marseille.fr" in page
    assert "Vérifié le 22 novembre 2026." in page


def test_without_a_place_every_sector_is_offered_in_order(portal: Any) -> None:
    screen = portal.visit()
    page = screen.get("/townhall/").text
    rest = screen.get("/townhall/?n=1").text
    assert "Quelle est votre mairie" in page
    assert page.index("Mairie des 2e et 3e") < page.index("Mairie des 9e et 10e")
    assert "Mairie des 15e et 16e" in rest


def test_the_town_s_services_are_listed_and_open(portal: Any) -> None:
    screen = portal.visit(staircase="figuiers-b")
    assert 'href="/townhall/allo-mairie"' in screen.get("/townhall/").text
    service = screen.get("/townhall/allo-mairie").text
    assert 'href="tel:3013"' in service


def test_a_service_of_another_sector_is_not_offered(portal: Any) -> None:
    places = portal.services().estate.places()
    around = model.around(places, "mairie-1-7")
    assert "bibliotheque-alcazar" in around
    assert "mairie-mobile" not in around


def test_what_is_no_town_hall_has_no_page_here(portal: Any) -> None:
    screen = portal.visit()
    assert screen.get("/townhall/figuiers").status_code == 404
    assert screen.get("/townhall/nowhere").status_code == 404


def test_a_source_is_named_by_its_site() -> None:
    assert model.sites("http://www.marseille.fr/a https://marseille.fr/b demo") == ["marseille.fr"]
