"""The languages of the portal. To add one: a catalog in ``i18n/catalogs/`` and a line here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

CATALOGS: Final = Path(__file__).parent / "catalogs"


@dataclass(frozen=True)
class Language:
    """One language.

    ``code`` names it in URLs, cookies and catalogs; ``name`` is its own name for itself; ``locale``
    is what CLDR formats days and numbers by; ``html`` its BCP 47 tag; ``voice`` what speaks it.
    """

    code: str
    name: str
    locale: str
    html: str
    voice: str
    direction: Literal["ltr", "rtl"] = "ltr"


LANGUAGES: Final[dict[str, Language]] = {
    language.code: language
    for language in (
        Language("fr", "Français", "fr", "fr", "fr"),
        # Days and months as said in Algeria and Tunisia, with the digits of Marseille.
        Language("ar", "العربية", "ar_DZ", "ar", "ar", "rtl"),
    )
}

SOURCE: Final = LANGUAGES["fr"]
"""The language the sentences are written in; it needs no catalog."""


def choose(*wishes: str | None, accepted: str = "") -> Language:
    """The first wish that is a language of ours, else the browser's (``accepted``), else French.

    ``accepted`` is an Accept-Language header (RFC 9110 section 12.5.4), in order of preference as
    browsers send it; its weights are not read.
    """
    tags = [part.partition(";")[0].strip().lower() for part in accepted.split(",")]
    for wish in (*wishes, *tags, *(tag.partition("-")[0] for tag in tags)):
        if wish in LANGUAGES:
            return LANGUAGES[wish]
    return SOURCE


def language_of(tag: str) -> Language:
    """The language of a BCP 47 tag that a document carries; French when we have none for it."""
    return choose(tag, tag.partition("-")[0])
