"""Which words are a person's own, and may not be said on a shared screen before they allow it.

What is not known to be for anyone counts as private, whatever the screen's script believes.
"""

from functools import cache
from typing import Final
from urllib.parse import urlsplit

from flask import g

from i18n.catalogs import catalog
from i18n.languages import LANGUAGES
from kiosk.pages.listen import shown
from kiosk.pages.listen.aloud import Aloud
from kiosk.pages.listen.rendering import html_of
from kiosk.services import visitor

aloud: Final = Aloud()


def is_shared() -> bool:
    """Whether others may hear what this screen says of the person who has signed in."""
    return visitor().mode != "home" and visitor().session is not None


def is_known(text: str) -> bool:
    """Whether it is a sentence of the portal itself, or no more than a sign."""
    return len(text.strip()) < 2 or shown.squeezed(text) in _sentences()


def is_own(text: str, page: str) -> bool:
    """Whether a text shown at this address may be said only with leave.

    Reads the page, if need be: unless leave was given, when there is nothing to find out.
    """
    if is_known(text) or not is_shared():
        return False
    words = shown.squeezed(text)
    if words in (aloud.public(g.visit, page) or ""):
        return False
    if not may_say(page):
        aloud.publish(g.visit, page, public := shown.public(html_of(page)))
        return words not in public
    return True


def may_say(page: str) -> bool:
    """Whether private words of a page may be said now, here."""
    return not is_shared() or aloud.may(g.visit, path_of(page))


def path_of(page: str) -> str:
    """What answers are kept by: the page without its query."""
    return urlsplit(page).path


@cache
def _sentences() -> frozenset[str]:
    """Every whole sentence of the catalogs, in every language, without blanks."""
    known: set[str] = set()
    for code in LANGUAGES:
        messages = getattr(catalog(code), "_catalog", {})
        for french, said in messages.items():
            known |= {text for text in (french, said) if isinstance(text, str) and "%(" not in text}
    return frozenset(map(shown.squeezed, known)) - {""}
