"""The languages of the portal. To add one: a catalog in ``i18n/catalogs/`` and a line here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from babel import Locale

CATALOGS: Final = Path(__file__).parent / "catalogs"


@dataclass(frozen=True)
class Language:
    """One language.

    ``code`` names it in URLs, cookies and catalogs; ``name`` is its own name for itself; ``locale``
    is what CLDR formats days and numbers by; ``html`` its BCP 47 tag; ``voice`` what speaks it.
    Raises ValueError for a locale that CLDR does not have whole: of "fr_SIMPLE" it would drop the
    variant without a word.
    """

    code: str
    name: str
    locale: str
    html: str
    voice: str
    direction: Literal["ltr", "rtl"] = "ltr"

    def __post_init__(self) -> None:
        if str(Locale.parse(self.locale)) != self.locale:
            raise ValueError(f"CLDR does not have all of the locale {self.locale!r}.")

    @property
    def folder(self) -> str:
        """The name of its folder in ``CATALOGS``: the code, as gettext writes it."""
        return self.code.replace("-", "_")

    @property
    def compiled(self) -> Path:
        """Its catalog as it is read."""
        return CATALOGS / self.folder / "LC_MESSAGES" / "messages.mo"


LANGUAGES: Final[dict[str, Language]] = {
    language.code: language
    for language in (
        Language("fr", "Français", "fr", "fr", "fr"),
        # Easy to read and understand (FALC): French for CLDR and for the voice.
        Language("fr-simple", "Facile", "fr", "fr-simple", "fr"),
        # Days and months as said in Algeria and Tunisia, with the digits of Marseille.
        Language("ar", "العربية", "ar_DZ", "ar", "ar", "rtl"),
        Language("en", "English", "en_GB", "en", "en"),
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
