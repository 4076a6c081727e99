"""In which language a page is answered: by our code for it, since two may share a locale."""

import re
from typing import Any

import pytest
from flask_babel import force_locale, gettext

from i18n.languages import LANGUAGES
from kiosk.tongue import said_in

PUBLIC = ("/", "/works/", "/report/", "/signin", "/emergency/", "/help", "/help/people",
          "/settings/", "/language/", "/townhall/", "/nothing-here")  # fmt: skip


def main(page: Any) -> str:
    """The words of a page between its frame."""
    inner = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    assert inner is not None
    return " ".join(re.sub(r"<[^>]+>", " ", inner[0]).split())


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_says_it_otherwise_in_easy_french_than_in_french(portal: Any, path: str) -> None:
    french, easy = (portal.visit(code).get(path) for code in ("fr", "fr-simple"))
    assert french.status_code == easy.status_code
    assert '<html lang="fr-simple" dir="ltr"' in easy.text
    assert main(french) != main(easy)


def test_easy_french_is_kept_in_the_cookie_and_leaves_by_it(portal: Any) -> None:
    screen = portal.visit("ar")
    assert screen.get("/?lang=fr-simple").status_code == 303
    assert "Bonjour. Choisissez une image." in screen.get("/").text
    screen.get("/?lang=fr")
    assert "Que voulez-vous faire" in screen.get("/").text


@pytest.mark.parametrize("code", ["fr-unknown", "fr_simple", "qps"])
def test_a_language_that_is_not_ours_changes_nothing(portal: Any, code: str) -> None:
    screen = portal.visit("ar")
    screen.get(f"/?lang={code}")
    assert '<html lang="ar" dir="rtl"' in screen.get("/").text


def test_a_sentence_may_be_said_in_another_language_for_a_moment(portal: Any) -> None:
    with portal.app().test_request_context("/", headers={"Accept-Language": "en"}):
        assert gettext("Retour") == "Back"
        with said_in(LANGUAGES["ar"]):
            assert gettext("Retour") == "رجوع"
            with said_in(LANGUAGES["fr"]):
                assert gettext("Retour") == "Retour"
        assert gettext("Retour") == "Back"


def test_a_forced_locale_alone_changes_no_words(portal: Any) -> None:
    with portal.app().test_request_context("/"), force_locale("ar"):
        assert gettext("Retour") == "Retour"


def test_outside_of_any_request_a_language_can_be_named(portal: Any) -> None:
    with portal.app().app_context(), said_in(LANGUAGES["en"]):
        assert gettext("Retour") == "Back"
