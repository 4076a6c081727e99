"""What a letter says, in the language of whoever it is for."""

from collections.abc import Mapping
from typing import Final

from i18n.catalogs import sentence


def _(french: str) -> str:
    return french  # marks the sentence for the catalogs; it is translated below


WORDS: Final[Mapping[str, str]] = {
    "hello": _("Bonjour %(name)s"),
    "portal": _("Le portail des locataires"),
    "code": _("Votre code"),
    "secret": _("Ne montrez ce code à personne, pas même à HMP."),
    "scan": _("Montrez votre carte au lecteur."),
    "type": _("Sans carte : votre porte, puis votre code."),
    "type-name": _("Sans carte : votre nom, puis votre code."),
    "leave": _("À la fin, touchez Sortir, en haut."),
    "help": _("Qui peut m’aider ?"),
    "keeper": _("Gardien"),
    "townhall": _("Allô Mairie répond au 3013."),
    "cut": _("Découpez votre carte. Gardez-la sur vous."),
    "found": _("Carte trouvée ? Donnez-la au gardien."),
    "staircase": _("Escalier"),
    "door": _("porte %(door)s"),
    "landlord": _("Habitat Marseille Provence"),
}


def say(word: str, language: str, **values: str) -> str:
    """One of WORDS in a language (its code), with its values filled in."""
    text = sentence(WORDS[word], language)
    return text % values if values else text


def staircase(name: str, language: str) -> str:
    """A staircase's name in a language: "Escalier B"; a proper name as it is."""
    common, _space, letter = name.rpartition(" ")
    return f"{say('staircase', language)} {letter}" if common == WORDS["staircase"] else name
