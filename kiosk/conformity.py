"""How far the portal is accessible, as the law has it said: the sum of ``docs/rgaa.csv``.

The table of the 106 criteria with their proofs is not installed with the portal; a test holds what
stands here to it.
"""

from datetime import date
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REFERENCE: Final = "RGAA 4.1.2"

LOOKED_ON: Final = date(2026, 11, 23)
"""When every criterion was last looked at."""

CONFORMING: Final = 78
"""Criteria that are kept, of those that apply."""

FAILING: Final[dict[str, LazyString]] = {
    "7.1": _l("Les lecteurs d’écran ne sont pas encore essayés."),
}
"""Criteria that are not kept, by number, in a resident's words; two may share one sentence."""


def rate() -> float:
    """The share of the criteria that apply which are kept, 0 to 1."""
    return CONFORMING / (CONFORMING + len(FAILING))


def mention() -> LazyString:
    """The words that the first page has to bear (decree 2019-768 of 24 July 2019, article 4)."""
    if not FAILING:
        return _l("Accessibilité : totalement conforme")
    if rate() >= 0.5:
        return _l("Accessibilité : partiellement conforme")
    return _l("Accessibilité : non conforme")
