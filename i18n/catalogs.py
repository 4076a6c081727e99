"""Sentences outside a request: what a process says before, or without, any page."""

import gettext
from functools import cache

from i18n.languages import CATALOGS


@cache
def _catalog(code: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(CATALOGS), [code], fallback=True)


def sentence(french: str, code: str) -> str:
    """The sentence in the language with this code; French where the catalog does not have it."""
    return _catalog(code).gettext(french)
