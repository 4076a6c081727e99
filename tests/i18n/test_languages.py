"""Which languages there are, and which one a person gets."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from i18n.catalogs import sentence
from i18n.languages import LANGUAGES, SOURCE, choose, language_of


@pytest.mark.parametrize(
    ("wishes", "accepted", "code"),
    [
        (("ar", "fr"), "fr", "ar"),
        (("", "ar"), "fr", "ar"),
        ((None, "xx"), "ar-DZ,ar;q=0.9,fr;q=0.8", "ar"),
        ((), "en-US,en;q=0.9,ar;q=0.5", "ar"),
        ((), "en", "fr"),
        ((), "", "fr"),
        ((), "FR-ca", "fr"),
    ],
)
def test_the_first_wish_that_can_be_met_is(
    wishes: tuple[str | None, ...], accepted: str, code: str
) -> None:
    assert choose(*wishes, accepted=accepted).code == code


@given(st.text(), st.text())
def test_whatever_is_asked_someone_is_spoken_to(wish: str, accepted: str) -> None:
    assert choose(wish, accepted=accepted) in LANGUAGES.values()


@pytest.mark.parametrize(("tag", "code"), [("ar", "ar"), ("ar-TN", "ar"), ("sw", "fr"), ("", "fr")])
def test_what_people_wrote_is_spoken_by_the_voice_of_its_language(tag: str, code: str) -> None:
    assert language_of(tag).code == code


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=str)
def test_a_language_is_known_by_its_own_name_and_runs_its_own_way(language: object) -> None:
    known = LANGUAGES[getattr(language, "code")]  # noqa: B009
    locale = Locale.parse(known.locale)
    assert (locale.get_display_name(locale.language) or "").lower().startswith(known.name.lower())
    assert known.direction == {"right-to-left": "rtl"}.get(locale.character_order, "ltr")


def test_french_is_the_source_and_needs_no_catalog() -> None:
    assert SOURCE.code == "fr"
    assert sentence("Un instant", "fr") == "Un instant"


def test_a_sentence_without_a_translation_stays_french() -> None:
    assert (
        sentence("Une phrase que personne n’a dite.", "ar") == "Une phrase que personne n’a dite."
    )
