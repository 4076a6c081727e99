"""What is said when nothing else works: rendered in advance, so that it plays without a voice."""

from collections.abc import Mapping
from typing import Final

from i18n.catalogs import sentence
from i18n.languages import LANGUAGES


def _(french: str) -> str:
    return french  # marks the sentence for the catalogs; it is translated below


PROMPTS: Final[Mapping[str, str]] = {
    "repair": _("Un instant : l’écran se répare. Rien n’est perdu."),
    "silent": _("La voix ne marche pas en ce moment. Elle revient bientôt."),
    "idle": _("Vous êtes encore là ? Dans 20 secondes, l’écran s’efface."),
    "goodbye": _("Vous êtes sorti. À bientôt."),
    "kept": _("C’est gardé ici. Rien n’est perdu."),
}


def spoken() -> dict[str, dict[str, str]]:
    """Every prompt for every voice: name → voice → sentence.

    Of two languages with one voice, the first is said: French, for easy French too.
    """
    codes = {language.voice: language.code for language in reversed(LANGUAGES.values())}
    return {
        name: {voice: sentence(french, code) for voice, code in codes.items()}
        for name, french in PROMPTS.items()
    }
