"""Which languages there are, and which one a person gets."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from i18n.catalogs import catalog, sentence
from i18n.languages import LANGUAGES, SOURCE, Language, choose, language_of


@pytest.mark.parametrize(
    ("wishes", "accepted", "code"),
    [
        (("ar", "fr"), "fr", "ar"),
        (("", "ar"), "fr", "ar"),
        ((None, "xx"), "ar-DZ,ar;q=0.9,fr;q=0.8", "ar"),
        ((), "sw-KE,sw;q=0.9,ar;q=0.5", "ar"),
        ((), "en-US,en;q=0.9,ar;q=0.5", "en"),
        (("fr-simple",), "ar", "fr-simple"),
        ((), "sw", "fr"),
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


@pytest.mark.parametrize(
    ("tag", "voice"),
    [("ar", "ar"), ("ar-TN", "ar"), ("fr-simple", "fr"), ("en-GB", "en"), ("sw", "fr"), ("", "fr")],
)
def test_what_people_wrote_is_spoken_by_the_voice_of_its_language(tag: str, voice: str) -> None:
    assert language_of(tag).voice == voice


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=str)
def test_a_language_is_known_by_its_own_name_and_runs_its_own_way(language: object) -> None:
    known = LANGUAGES[getattr(language, "code")]  # noqa: B009
    locale = Locale.parse(known.locale)
    named = (locale.get_display_name(locale.language) or "").lower()
    assert named.startswith(known.name.lower()) or known.name == "Facile"  # which CLDR has not
    assert known.direction == {"right-to-left": "rtl"}.get(locale.character_order, "ltr")


def test_french_is_the_source_and_needs_no_catalog() -> None:
    assert SOURCE.code == "fr"
    assert sentence("Un instant", "fr") == "Un instant"


def test_a_sentence_without_a_translation_stays_french() -> None:
    assert (
        sentence("Une phrase que personne n’a dite.", "ar") == "Une phrase que personne n’a dite."
    )


def test_the_languages_stand_in_the_order_of_the_bar() -> None:
    assert [language.name for language in LANGUAGES.values()] == [
        "Français",
        "Facile",
        "العربية",
        "English",
    ]


@pytest.mark.parametrize("locale", ["fr_SIMPLE", "fr_FR_SIMPLE", "en_GB_OXENDICT"])
def test_a_variant_that_cldr_would_drop_is_refused(locale: str) -> None:
    assert str(Locale.parse(locale)) != locale  # without a word
    with pytest.raises(ValueError, match=locale):
        Language("xx", "Xx", locale, "xx", "xx")


@pytest.mark.parametrize("code", ["fr-unknown", "fr_simple", "fr-SIMPLE", "en-GB", ""])
def test_a_code_that_is_no_language_of_ours_has_no_catalog(code: str) -> None:
    with pytest.raises(KeyError):
        catalog(code)
    with pytest.raises(KeyError):
        sentence("Bonjour", code)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "fr"])
def test_every_language_but_french_says_it_otherwise(code: str) -> None:
    assert sentence("Cette page n’existe pas", code) != "Cette page n’existe pas"


def test_a_language_whose_catalog_was_never_compiled_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(LANGUAGES, "en-xx", Language("en-xx", "Nowhere", "en_GB", "en", "en"))
    assert sentence("Bonjour", "en-xx") == "Bonjour"
    assert "No sentences in Nowhere" in caplog.text
    catalog.cache_clear()
