"""Days, hours and numbers, as each language says them. By CLDR, through Babel."""

from datetime import date, datetime
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from i18n.languages import Language

FRENCH_HOUR: Final = "H 'h' mm"
"""The French way to write an hour (Lexique de l'Imprimerie nationale): 9 h 30, not 09:30."""


def day(when: date, language: Language) -> str:
    """A day with its name: "mardi 24 novembre"."""
    return f"{weekday(when, language)} {short(when, language)}"


def weekday(when: date, language: Language) -> str:
    """The name of a day: "mardi"."""
    return format_date(when, "EEEE", language.locale)


def short(when: date, language: Language) -> str:
    """A day without its name: "24 novembre"."""
    noon = datetime(when.year, when.month, when.day, 12)
    return format_skeleton("MMMMd", noon, locale=language.locale)


def hour(when: datetime, language: Language) -> str:
    """An hour on the wall clock that ``when`` carries: "9 h", "9 h 30"; "9:30" in Arabic."""
    if Locale.parse(language.locale).language == "fr":
        return f"{when.hour}\u00a0h" + (f"\u00a0{when.minute:02}" if when.minute else "")
    return f"{when.hour}:{when.minute:02}"


def clock(when: datetime) -> str:
    """The hour as a clock shows it, in every language: "17:20"."""
    return f"{when.hour}:{when.minute:02}"


def number(value: int, language: Language) -> str:
    """A whole number with the language's grouping."""
    return format_decimal(value, locale=language.locale)
