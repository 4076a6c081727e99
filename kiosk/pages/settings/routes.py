"""The settings, over HTTP: links alone, which :mod:`kiosk.arrival` takes to heart."""

from typing import Any, Final, NamedTuple

from flask import Blueprint, g, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from i18n.languages import LANGUAGES
from kiosk.services import services, visitor

blueprint = Blueprint("settings", __name__)

MOST: Final = 4
"""Languages shown here; more stand on a page of their own."""


class Choice(NamedTuple):
    """One of the things to choose from: the word of the address, its name, its picture."""

    value: str
    word: Any
    picto: str


class Setting(NamedTuple):
    """One thing to set: its name in the address, its title, what one may choose."""

    name: str
    title: Any
    choices: tuple[Choice, ...]


SETTINGS: Final = (
    Setting(
        "size",
        _l("Taille"),
        (
            Choice("normal", _l("Normale"), "a1"),
            Choice("large", _l("Grande"), "a2"),
            Choice("huge", _l("Très grande"), "a3"),
        ),
    ),
    Setting(
        "theme",
        _l("Couleurs"),
        (
            Choice("light", _l("Jour"), "sun"),
            Choice("dark", _l("Nuit"), "moon"),
            Choice("contrast", _l("Contraste"), "contrast"),
        ),
    ),
    Setting(
        "rate",
        _l("Voix"),
        (
            Choice("slow", _l("Lente"), "slow"),
            Choice("normal", _l("Normale"), "listen"),
            Choice("fast", _l("Rapide"), "fast"),
        ),
    ),
)


@blueprint.get("/settings/")
def show() -> str:
    """What can be set, the present choice of each, and for whom it is kept."""
    look = visitor().look
    return render_template(
        "pages/settings/settings.html",
        settings=SETTINGS,
        chosen={"size": look.size, "theme": look.theme, "rate": look.rate},
        own=list(LANGUAGES.values())[:MOST],
        others=len(LANGUAGES) > MOST,
        kept=kept(),
    )


@blueprint.get("/settings/voice")
def sample() -> str:
    """A page with one sentence, to hear the voice by."""
    g.here = "/settings/"
    return render_template("pages/settings/voice.html", back="/settings/")


def kept() -> str:
    """Who remembers these choices, and until when."""
    if visitor().is_resident:
        return str(gettext("C’est gardé pour vous, sur tous les écrans."))
    if services().config.mode == "home":
        return str(gettext("C’est gardé sur cet ordinateur."))
    return str(gettext("Entrez pour garder vos choix."))
