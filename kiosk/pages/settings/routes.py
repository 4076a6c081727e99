"""The settings, over HTTP: links alone, which :mod:`kiosk.arrival` takes to heart."""

from typing import Any, Final, NamedTuple

from flask import Blueprint, g, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from i18n.languages import LANGUAGES
from kiosk.services import services, visitor
from kiosk.visitor import RATES, STEPS

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
        chosen={"size": look.size, "theme": look.theme or "light", "rate": look.rate},
        own=list(LANGUAGES.values())[:MOST],
        others=len(LANGUAGES) > MOST,
        kept=kept(),
        joins=joins(),
    )


def joins() -> str:
    """Which computer may be joined from here: "free", this one; "other", a resident’s; "" none."""
    joining = services().joining
    if joining is None:
        return ""
    return "free" if joining.is_free else "other" if visitor().is_resident else ""


@blueprint.get("/settings/listen")
def listen() -> str:
    """The voice: how fast, how loud, and whether it says what is touched."""
    look = visitor().look
    rate = RATES[look.rate]
    slower = [step for step in STEPS if RATES[step] < rate]
    faster = [step for step in STEPS if RATES[step] > rate]
    return render_template(
        "pages/settings/listen.html",
        back="/settings/",
        slower=slower[-1] if slower else None,
        faster=faster[0] if faster else None,
        past=len(slower),
        steps=len(STEPS),
        says=look.say == "on",
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
