"""Days, hours and numbers in each language."""

from datetime import date, datetime

import pytest

from i18n import dates
from i18n.languages import LANGUAGES

FRENCH, ARABIC, ENGLISH = LANGUAGES["fr"], LANGUAGES["ar"], LANGUAGES["en"]
DAY = date(2026, 11, 24)


def test_a_day_has_its_name_and_no_year() -> None:
    assert dates.day(DAY, FRENCH) == "mardi 24 novembre"
    assert dates.day(DAY, ARABIC) == "الثلاثاء 24 نوفمبر"
    assert dates.day(DAY, ENGLISH) == "Tuesday 24 November"


def test_easy_french_says_days_and_hours_as_french_does() -> None:
    easy, when = LANGUAGES["fr-simple"], datetime(2026, 11, 24, 9, 30)
    assert dates.day(DAY, easy) == dates.day(DAY, FRENCH)
    assert dates.hour(when, easy) == dates.hour(when, FRENCH)
    assert dates.number(12000, easy) == dates.number(12000, FRENCH)


def test_the_first_of_a_month_is_said_as_french_people_say_it() -> None:
    assert dates.short(date(2026, 12, 1), FRENCH) in ("1 décembre", "1er décembre")


@pytest.mark.parametrize(
    ("at", "french", "arabic"),
    [
        ((9, 0), "9\u00a0h", "9:00"),
        ((9, 5), "9\u00a0h\u00a005", "9:05"),
        ((17, 30), "17\u00a0h\u00a030", "17:30"),
        ((0, 0), "0\u00a0h", "0:00"),
    ],
)
def test_an_hour_is_written_as_each_language_writes_it(
    at: tuple[int, int], french: str, arabic: str
) -> None:
    when = datetime(2026, 11, 24, *at)
    assert dates.hour(when, FRENCH) == french
    assert dates.hour(when, ARABIC) == arabic


def test_a_clock_shows_the_same_everywhere() -> None:
    assert dates.clock(datetime(2026, 11, 24, 7, 5)) == "7:05"


def test_arabic_numbers_have_the_digits_of_marseille() -> None:
    assert dates.number(1234, ARABIC).replace("\u200e", "") == "1.234"
    assert all(character in "0123456789. " for character in dates.number(1234, ARABIC))


def test_french_numbers_have_a_narrow_space_between_thousands() -> None:
    assert dates.number(1234, FRENCH) in ("1\u202f234", "1\u00a0234")
