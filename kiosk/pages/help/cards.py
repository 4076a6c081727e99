"""The cards: what one can need help with, each in three or four steps with a picture."""

from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l


class Step(NamedTuple):
    """One thing to do: its picture and its sentence."""

    picto: str
    sentence: Any


class Card(NamedTuple):
    """One card: its picture, its title, its steps, and the address and name of where it leads."""

    picto: str
    title: Any
    steps: tuple[Step, ...]
    onward: str
    onward_word: Any


CARDS: Final = {
    "listen": Card(
        "listen",
        _l("Écouter la page"),
        (
            Step("listen", _l("Touchez Écouter, en bas de l’écran.")),
            Step("read", _l("Les mots dits deviennent jaunes.")),
            Step("hand", _l("Touchez l’écran : la voix s’arrête.")),
        ),
        "/settings/",
        _l("Régler la voix"),
    ),
    "report": Card(
        "repair",
        _l("Signaler un problème"),
        (
            Step("repair", _l("Touchez l’image de ce qui ne va pas.")),
            Step("pin", _l("Dites où c’est.")),
            Step("write", _l("Ajoutez quelques mots, si vous voulez.")),
            Step("check", _l("Vérifiez, puis envoyez. HMP vous répond ici.")),
        ),
        "/report/",
        _l("Signaler maintenant"),
    ),
    "enter": Card(
        "card",
        _l("Entrer et sortir"),
        (
            Step("card", _l("Montrez votre carte au lecteur.")),
            Step("door", _l("Sans carte : votre porte, puis votre code.")),
            Step("leave", _l("À la fin, touchez Sortir, en haut.")),
        ),
        "/signin",
        _l("Entrer"),
    ),
    "answers": Card(
        "message",
        _l("Lire les réponses"),
        (
            Step("card", _l("Entrez avec votre carte ou votre code.")),
            Step("message", _l("À l’accueil, touchez Mes demandes.")),
            Step("calendar", _l("Vous lisez la réponse et la date promise.")),
        ),
        "/reports/",
        _l("Mes demandes"),
    ),
    "news": Card(
        "news",
        _l("Nouvelles et travaux"),
        (
            Step("news", _l("Nouvelles : résidence, mairie, ville.")),
            Step("works", _l("Travaux : ce qui s’arrête, et quand.")),
            Step("home", _l("Le plus urgent est toujours à l’accueil.")),
        ),
        "/works/",
        _l("Voir les travaux"),
    ),
    "bigger": Card(
        "bigger",
        _l("Voir mieux"),
        (
            Step("bigger", _l("Touchez Plus grand, en bas de l’écran.")),
            Step("contrast", _l("Touchez Contraste : les mots sont plus nets.")),
            Step("settings", _l("Tout se règle aussi au même endroit.")),
        ),
        "/settings/",
        _l("Régler l’écran"),
    ),
}

AREAS: Final = {
    "signin": "enter",
    "reports": "answers",
    "news": "news",
    "works": "news",
    "settings": "bigger",
    "language": "bigger",
    "listen": "listen",
}
"""The card for a page, by the first word of its address; on the others, how to report."""


def card_for(page: str) -> str:
    """The name of the card that helps most on ``page``, a path."""
    return AREAS.get(page.strip("/").partition("/")[0].partition("?")[0], "report")
