"""The frame of every page."""

import re
from typing import Any

import pytest
from flask import g

from kiosk.frame import following, look_url
from kiosk.visitor import CHOICES


@pytest.mark.parametrize("name", CHOICES)
def test_a_key_turns_through_every_choice_and_comes_round(name: str) -> None:
    words, value = CHOICES[name], CHOICES[name][0]
    seen = []
    for _ in words:
        seen.append(value)
        value = following(name, value)
    assert (sorted(seen), value) == (sorted(words), words[0])


def test_the_links_that_set_the_screen_keep_what_was_asked(portal: Any) -> None:
    with portal.app().test_request_context("/news/?who=commune&n=2"):
        assert look_url(lang="ar") == "/news/?who=commune&n=2&lang=ar"
        g.here = "/works/"
        assert look_url(size="huge") == "/works/?size=huge"


def look_links(page: str) -> int:
    """How many keys of the frame set the screen: size, contrast and, but on a TV, languages."""
    return page.count('class="key" data-hx-boost="false"')


@pytest.mark.parametrize("mode", ["kiosk", "home", "tv"])
@pytest.mark.parametrize("language", ["fr", "ar", "en", "fr-simple"])
def test_listening_language_help_and_the_door_are_always_there(
    portal: Any, mode: str, language: str
) -> None:
    for screen in (portal.visit(language, mode=mode), portal.sign_in("Fatou", language, mode=mode)):
        for path in ("/", "/works/", "/nothing-here"):
            page = screen.get(path).text
            assert "data-listen" in page
            assert 'href="/help?page=' in page
            assert look_links(page) >= (2 if mode == "tv" else 6)
            assert ('href="/language/?page=' in page) == (mode == "tv")
            assert ('action="/leave"' in page) == bool(screen.someone)
            assert ('href="/signin"' in page) != bool(screen.someone)


def test_a_shared_screen_shows_the_place_and_a_home_the_person(portal: Any) -> None:
    hall = portal.sign_in("Lucien", mode="kiosk").get("/works/").text
    assert "Escalier A</small>" in hall
    assert "Lucien Martin</small>" not in hall
    assert "Lucien Martin</small>" in portal.sign_in("Lucien").get("/works/").text


def test_nothing_of_a_page_is_inline_or_from_elsewhere(portal: Any) -> None:
    page = portal.visit().get("/").text
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    sources = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', page)
    assert sources
    assert all(source.startswith("/static/") and "?v=" in source for source in sources)


def test_a_screen_without_a_voice_offers_no_listening(portal: Any) -> None:
    assert 'class="voiceless"' in portal.visit().get("/").text  # no worker runs beside it


def test_a_page_of_one_language_is_never_another_ones_answer(portal: Any) -> None:
    answer = portal.visit().get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]
