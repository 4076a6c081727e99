"""The sentences of each language: its catalog, found by our own code for it.

Not by locale: CLDR knows no easy French, and a library that asks it gives French without a word.
"""

import logging
from functools import cache

from babel.support import NullTranslations, Translations

from i18n.languages import LANGUAGES, SOURCE

log = logging.getLogger(__name__)


@cache
def catalog(code: str) -> NullTranslations:
    """The catalog of the language with this code; that of the source language is empty.

    Raises KeyError for a code that no language of ours has. Where the catalog was never compiled
    the log says so and its sentences stay French: a portal in one language is better than none.
    """
    language = LANGUAGES[code]
    if language is SOURCE:
        return NullTranslations()
    try:
        with language.compiled.open("rb") as file:
            return Translations(file)
    except OSError as error:
        log.error("No sentences in %s, they stay French: %s", language.name, error)
        return NullTranslations()


def sentence(french: str, code: str) -> str:
    """The sentence in the language with this code; French where the catalog does not have it."""
    return str(catalog(code).gettext(french))
