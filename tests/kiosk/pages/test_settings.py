"""The settings and the languages: links that any screen follows."""

import re
from typing import Any


def current(page: str) -> list[str]:
    """The addresses of what is marked as chosen in the main part."""
    main = page.partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'<a class="(?:chip|window centre)"[^>]*aria-current="true"', main)
    return [re.search(r'href="([^"]*)"', link).group(1) for link in links]  # type: ignore[union-attr]


def test_each_setting_shows_what_is_chosen(portal: Any) -> None:
    screen = portal.visit()
    screen.get("/settings/?size=large")
    screen.get("/settings/?rate=slow")
    assert current(screen.get("/settings/").text) == [
        "/settings/?lang=fr",
        "/settings/?size=large",
        "/settings/?theme=light",
        "/settings/?rate=slow",
    ]


def test_a_choice_leads_back_to_the_settings(portal: Any) -> None:
    answer = portal.visit().get("/settings/?theme=contrast")
    assert (answer.status_code, answer.location) == (303, "/settings/")


def test_a_resident_is_told_that_choices_are_kept_for_them(portal: Any) -> None:
    assert "gardé pour vous" in portal.sign_in("Lucien").get("/settings/").text
    assert "sur cet ordinateur" in portal.visit().get("/settings/").text
    assert "Entrez pour garder" in portal.visit(mode="kiosk").get("/settings/").text


def test_the_sample_says_one_sentence(portal: Any) -> None:
    page = portal.visit().get("/settings/voice").text
    assert "Voilà comment je parle." in page


def test_every_language_stands_in_its_own_name_and_leads_back(portal: Any) -> None:
    page = portal.visit().get("/language/?page=/emergency/").text
    assert 'href="/emergency/?lang=ar"' in page
    assert "العربية" in page
    assert current(page) == ["/emergency/?lang=fr"]


def test_the_language_page_leads_to_no_other_site(portal: Any) -> None:
    page = portal.visit().get("/language/?page=//evil.example/").text
    assert "evil.example" not in page.partition("<main")[2]


def test_the_voice_is_slowed_and_quickened_step_by_step(portal: Any) -> None:
    screen = portal.visit()
    page = screen.get("/settings/listen").text
    assert "rate=90" in page
    assert "rate=110" in page
    screen.get("/settings/listen?rate=70")
    page = screen.get("/settings/listen").text
    assert "1 sur 9" in page
    assert "rate=80" in page
    assert 'aria-disabled="true"' in page
    screen.get("/settings/listen?rate=slow")
    assert "rate=70" in screen.get("/settings/listen").text


def test_what_is_touched_is_said_from_the_next_page_on(portal: Any) -> None:
    screen = portal.visit()
    assert 'data-say="off"' in screen.get("/settings/listen").text
    assert screen.get("/settings/listen?say=on").status_code == 303
    assert 'data-say="on"' in screen.get("/settings/listen").text
