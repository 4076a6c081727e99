"""The cards "How do I …": two to four steps each, one picture and one sentence a step."""

from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from kiosk.config import Mode


class Step(NamedTuple):
    """One thing to do: its picture, its sentence, and where on a drawn screen the picture stands.

    ``at`` is a name of :data:`kiosk.pages.help.scene.PARTS`; "" for a picture of its own.
    ``untouched`` is the sentence where nobody touches the screen, if it is another.
    """

    picto: str
    sentence: Any
    at: str = ""
    untouched: Any = None

    def said(self, mode: Mode) -> Any:
        """The sentence for this kind of screen."""
        return self.sentence if mode == "kiosk" else self.untouched or self.sentence


class Card(NamedTuple):
    """One card: its picture, its title, its steps, and the address and name of where it leads."""

    picto: str
    title: Any
    steps: tuple[Step, ...]
    onward: str
    onward_word: Any


LEAVE: Final = Step(
    "leave",
    _l("À la fin, touchez Sortir, en haut."),
    "door",
    _l("À la fin, choisissez Sortir, en haut."),
)

CARDS: Final = {
    "listen": Card(
        "listen",
        _l("Écouter la page"),
        (
            Step(
                "listen",
                _l("Touchez Écouter, en bas de l’écran."),
                "listen",
                _l("Choisissez Écouter, en bas de l’écran."),
            ),
            Step("read", _l("Les mots dits deviennent jaunes.")),
            Step(
                "hand",
                _l("Touchez l’écran\xa0: la voix s’arrête."),
                untouched=_l("Appuyez sur une touche\xa0: la voix s’arrête."),
            ),
        ),
        "/settings/",
        _l("Régler la voix"),
    ),
    "language": Card(
        "language",
        _l("Changer de langue"),
        (
            Step(
                "language",
                _l("Touchez votre langue, en bas de l’écran."),
                "tongues",
                _l("Choisissez votre langue, en bas de l’écran."),
            ),
            Step("check", _l("Tout l’écran parle votre langue.")),
        ),
        "/language/",
        _l("Choisissez votre langue"),
    ),
    "bigger": Card(
        "bigger",
        _l("Voir mieux"),
        (
            Step(
                "bigger",
                _l("Touchez Plus grand, en bas de l’écran."),
                "size",
                _l("Choisissez Plus grand, en bas de l’écran."),
            ),
            Step(
                "contrast",
                _l("Touchez Contraste\xa0: les mots sont plus nets."),
                "contrast",
                _l("Choisissez Contraste\xa0: les mots sont plus nets."),
            ),
            Step("settings", _l("Tout se règle aussi au même endroit."), "third"),
        ),
        "/settings/",
        _l("Régler l’écran"),
    ),
    "works": Card(
        "works",
        _l("Nouvelles et travaux"),
        (
            Step("news", _l("Nouvelles\xa0: résidence, mairie, ville."), "one"),
            Step("works", _l("Travaux\xa0: ce qui s’arrête, et quand."), "two"),
            Step("home", _l("Le plus urgent est toujours à l’accueil."), "today"),
        ),
        "/works/",
        _l("Voir les travaux"),
    ),
    "report": Card(
        "repair",
        _l("Signaler un problème"),
        (
            Step(
                "repair",
                _l("Touchez l’image de ce qui ne va pas."),
                "two",
                _l("Choisissez l’image de ce qui ne va pas."),
            ),
            Step("pin", _l("Dites où c’est.")),
            Step("write", _l("Ajoutez quelques mots, si vous voulez.")),
            Step("check", _l("Vérifiez, puis envoyez. HMP vous répond ici.")),
        ),
        "/report/",
        _l("Signaler maintenant"),
    ),
    "photo": Card(
        "camera",
        _l("Prendre une photo"),
        (
            Step("card", _l("Entrez avec votre carte ou votre code."), "door"),
            Step(
                "repair",
                _l("Touchez Signaler un problème."),
                "first",
                _l("Choisissez Signaler un problème."),
            ),
            Step("camera", _l("Montrez le problème à l’écran, ou choisissez une photo.")),
            Step("check", _l("Elle est bonne ? Gardez-la. Sinon, recommencez.")),
        ),
        "/report/",
        _l("Signaler maintenant"),
    ),
    "card": Card(
        "card",
        _l("Entrer avec ma carte"),
        (
            Step("card", _l("Montrez votre carte au lecteur.")),
            Step("person", _l("L’écran dit votre nom\xa0: vous êtes entré.")),
            LEAVE,
        ),
        "/signin",
        _l("Entrer"),
    ),
    "code": Card(
        "door",
        _l("Entrer avec mon code"),
        (
            Step(
                "card",
                _l("Touchez Entrer, en haut de l’écran."),
                "door",
                _l("Choisissez Entrer, en haut de l’écran."),
            ),
            Step(
                "stairs",
                _l("Touchez votre escalier, puis votre porte."),
                untouched=_l("Choisissez votre escalier, puis votre porte."),
            ),
            Step("hand", _l("Tapez votre code, sans vous presser."), "pad"),
            LEAVE,
        ),
        "/signin",
        _l("Entrer"),
    ),
    "answers": Card(
        "message",
        _l("Lire les réponses"),
        (
            Step("card", _l("Entrez avec votre carte ou votre code."), "door"),
            Step(
                "message",
                _l("À l’accueil, touchez Mes demandes."),
                "three",
                _l("À l’accueil, choisissez Mes demandes."),
            ),
            Step("calendar", _l("Vous lisez la réponse et la date promise.")),
        ),
        "/reports/",
        _l("Mes demandes"),
    ),
    "leave": Card(
        "leave",
        _l("Quitter l’écran"),
        (
            Step(
                "leave",
                _l("Touchez Sortir, en haut de l’écran."),
                "door",
                _l("Choisissez Sortir, en haut de l’écran."),
            ),
            Step("check", _l("L’écran ne garde rien de vous.")),
            Step("clock", _l("Vous oubliez ? L’écran s’efface tout seul.")),
        ),
        "/",
        _l("Revenir à l’accueil"),
    ),
}

AREAS: Final = {
    "signin/code": "code",
    "signin/door": "code",
    "signin": "card",
    "reports": "answers",
    "report/photo": "photo",
    "news": "works",
    "works": "works",
    "settings": "bigger",
    "language": "language",
    "listen": "listen",
}
"""The card for a page, by the first words of its address; on the others, how to report."""


def card_for(page: str) -> str:
    """The name of the card that helps most on ``page``, a path."""
    parts = page.partition("?")[0].strip("/").split("/")
    return AREAS.get("/".join(parts[:2])) or AREAS.get(parts[0], "report")
