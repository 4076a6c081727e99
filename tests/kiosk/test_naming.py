"""Places in the reader's words."""

from typing import Any

import pytest

from i18n.languages import LANGUAGES
from kiosk.naming import place_name, short_name
from kiosk.tongue import said_in

PLACES = {
    "figuiers": {"type": "residence", "name": "Les Figuiers", "parent": "mairie-1-7"},
    "figuiers-b": {"type": "staircase", "name": "Escalier B", "parent": "figuiers"},
    "lift-b": {"type": "shared", "name": "Ascenseur B", "parent": "figuiers-b"},
    "bins": {"type": "shared", "name": "Local poubelles", "parent": "figuiers"},
    "mairie-1-7": {"type": "townhall", "name": "Mairie des 1er et 7e"},
}


@pytest.fixture(autouse=True)
def asked(portal: Any) -> Any:
    with portal.app().test_request_context("/"):
        yield


def test_a_place_is_named_with_its_residence_and_no_more() -> None:
    assert place_name(PLACES, "figuiers-b") == "Les Figuiers, Escalier B"
    assert place_name(PLACES, "lift-b") == "Les Figuiers, Ascenseur B"
    assert place_name(PLACES, "figuiers") == "Les Figuiers"
    assert place_name(PLACES, "mairie-1-7") == "Mairie des 1er et 7e"
    assert place_name(PLACES, "nowhere") == "nowhere"


def test_a_place_within_itself_is_named_all_the_same() -> None:
    loop = {
        "a": {"type": "hall", "name": "Un", "parent": "b"},
        "b": {"type": "hall", "name": "Deux", "parent": "a"},
    }
    assert place_name(loop, "a") == "Un"


def test_what_a_place_is_comes_in_the_readers_language_and_its_letter_as_painted() -> None:
    with said_in(LANGUAGES["ar"]):
        assert short_name(PLACES["figuiers-b"]) == "الدرج B"
        assert place_name(PLACES, "figuiers-b") == "Les Figuiers، الدرج B"
        assert short_name(PLACES["figuiers"]) == "Les Figuiers"
        assert short_name(PLACES["bins"]) != "Local poubelles"
