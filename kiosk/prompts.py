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
    "aloud": _("Lire ici, tout haut ?"),
    "kept": _("C’est gardé ici. Rien n’est perdu."),
    # The camera of the screen, for a photo and for a card: shown by its pages, and said.
    "camera-none": _("Cet écran n’a pas de caméra."),
    "camera-refused": _("La caméra n’est pas permise ici."),
    "camera-busy": _("La caméra est occupée."),
    "camera-black": _("L’image est toute noire."),
    "camera-lost": _("La caméra ne répond plus."),
    "photo-later": _("Ajoutez la photo de chez vous, avec votre numéro de demande."),
    "photo-three": _("Trois"),
    "photo-two": _("Deux"),
    "photo-one": _("Un"),
    "photo-taken": _("Voici votre photo. Vous la gardez ?"),
    "card-show": _("Approchez votre carte, le carré noir vers l’écran."),
    "card-foreign": _("Cette carte n’est pas d’ici."),
    "card-old": _("Cette carte n’ouvre plus. Demandez-en une autre au gardien."),
    "card-over": _("La caméra est fermée."),
    "card-door": _("Choisissez votre porte, puis tapez votre code."),
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
