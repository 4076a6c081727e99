"""The structured part of documents, in the reader's words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import g

from i18n.languages import LANGUAGES
from kiosk import words
from kiosk.pages.halls import labels, merged
from kiosk.pages.halls.model import TROUBLES
from sync.documents import category, node
from sync.documents.delivery import DELIVERY

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10 h on the estate
FRENCH = LANGUAGES["fr"]
PLACES: dict[str, Any] = {
    "marseille": {"type": "townhall", "name": "Hôtel de Ville"},
    "figuiers": {"type": "residence", "name": "Les Figuiers", "parent": "marseille"},
    "figuiers-b": {"type": "staircase", "name": "Escalier B", "parent": "figuiers"},
    "gabians": {"type": "residence", "name": "Les Gabians", "parent": "marseille"},
}


@pytest.fixture(autouse=True)
def request_of_amina(portal: Any) -> Iterator[None]:
    """Amina's staircase is at hand, the words are French."""
    with portal.app().test_request_context("/"):
        g.now = NOW
        g.visitor = type(
            "V", (), {"language": FRENCH, "places": ("figuiers-b", "figuiers", "marseille")}
        )
        yield


def test_everything_that_documents_can_say_has_a_word_and_a_picture() -> None:
    assert set(words.CATEGORY) == set(words.CATEGORY_PICTO) == set(category.CATEGORIES)
    assert set(words.WORKS) == set(words.WORKS_PICTO) == set(category.WORKS)
    assert set(words.SIGN) == set(category.ALL_SIGNS)
    assert set(words.CHANNEL) == set(words.CHANNEL_PICTO) == set(category.CHANNELS)
    assert set(words.STATE) == set(words.STATE_PICTO) == {"sent", *category.STATES}
    assert set(words.DELIVERY) == set(DELIVERY)
    assert set(labels.ROLE) == set(labels.PICTO) == set(node.MACHINES)
    assert set(labels.STATE) == set(labels.STATE_PICTO) == set(node.STATES)
    assert {"", *labels.WHY} == set(node.REASONS)
    assert set(labels.TROUBLE_PICTO) == set(TROUBLES)


def test_every_picture_is_drawn(portal: Any) -> None:
    text = Path(portal.app().static_folder, "pictograms.svg").read_text(encoding="utf-8")
    named = {
        *words.CATEGORY_PICTO.values(),
        *words.WORKS_PICTO.values(),
        *words.STATE_PICTO.values(),
        *words.CHANNEL_PICTO.values(),
        *words.PLACE_PICTO.values(),
        *words.DELIVERY,
        *labels.PICTO.values(),
        *labels.STATE_PICTO.values(),
        *labels.TROUBLE_PICTO.values(),
        *merged.PICTO.values(),
    }
    assert {name for name in named if f'symbol id="{name}"' not in text} == set()


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "hier"), (0, "aujourd’hui"), (1, "demain"), (2, "mercredi 25 novembre")],
)
def test_near_days_have_names_of_their_own(days: int, said: str) -> None:
    assert words.near_day(NOW + timedelta(days=days), NOW, FRENCH) == said


def test_the_estates_midnight_counts_and_not_greenwichs() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert words.near_day(late, NOW, FRENCH) == "demain"
    assert words.near_day(date(2026, 11, 23), NOW, FRENCH) == "aujourd’hui"


def test_works_of_hours_of_a_day_and_of_days_are_said_apart() -> None:
    start = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    few = words.span(start, start + timedelta(hours=3, minutes=30), False, NOW, FRENCH)
    assert few == "demain, de 9\u00a0h à 12\u00a0h\u00a030"
    midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    whole = words.span(midnight, midnight + timedelta(days=1), True, NOW, FRENCH)
    assert whole == "demain, toute la journée"
    days = words.span(midnight, midnight + timedelta(days=3), True, NOW, FRENCH)
    assert days == "du mardi 24 novembre au jeudi 26 novembre"


def test_works_over_the_change_of_the_clocks_end_when_the_wall_clock_says() -> None:
    start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # midnight; the day has 25 hours
    end = datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    said = words.span(start, end, True, NOW, FRENCH)
    assert said == "dimanche 25 octobre, toute la journée"


def test_one_household_and_several_are_said_apart() -> None:
    assert words.neighbours(1) == "1 foyer l’a dit"
    assert words.neighbours(12) == "12 foyers l’ont dit"


def test_works_are_where_they_concern_the_reader() -> None:
    assert words.works_where({"to": ["gabians", "figuiers-b"]}, PLACES) == "Escalier B"
    assert words.works_where({"to": ["gabians"]}, PLACES) == "Les Gabians"
    assert words.works_where({}, PLACES) == ""


def test_works_that_begin_tomorrow_cannot_wait() -> None:
    assert words.is_near({"what": "painting", "starts": "2026-11-24T08:00:00Z"})
    assert not words.is_near({"what": "water", "starts": "2026-11-25T08:00:00Z"})


def test_only_a_service_that_is_only_called_has_a_telephone_for_picture() -> None:
    assert words.place_picto({"type": "service", "phone": "3013"}) == "phone"
    assert words.place_picto({"type": "service", "phone": "04", "address": "1 rue"}) == "building"
    assert words.place_picto({"type": "townhall", "phone": "04"}) == "townhall"


def test_of_works_under_way_only_those_that_take_something_away_cannot_wait() -> None:
    assert words.is_near({"what": "lift", "starts": "2026-11-20T08:00:00Z"})
    assert not words.is_near({"what": "painting", "starts": "2026-10-12T08:00:00Z"})


def test_what_was_said_is_said_with_its_day() -> None:
    assert words.said_at("2026-11-23T08:30:00Z") == "aujourd’hui à 9\u00a0h\u00a030"
    assert words.said_on("2026-11-22T08:30:00Z") == "hier"
    assert words.said_on("2026-11-27") == "vendredi 27 novembre"
