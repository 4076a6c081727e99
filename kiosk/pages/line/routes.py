"""The line, over HTTP: this page asks no database, it stands when little else does."""

from typing import Any, Final, NamedTuple

from flask import Blueprint, g, render_template
from flask_babel import lazy_gettext as _l

from kiosk.line import LOOK

blueprint = Blueprint("line", __name__)


class Thing(NamedTuple):
    """What one can do or waits for: its picture, its name, the address of what works now."""

    picto: str
    name: Any
    url: str = ""


HERE: Final = (
    Thing("repair", _l("Signaler un problème"), "/report/"),
    Thing("works", _l("Voir les travaux"), "/works/"),
    Thing("news", _l("Nouvelles"), "/news/"),
    Thing("message", _l("Mes demandes"), "/reports/"),
    Thing("emergency", _l("Urgences"), "/emergency/"),
)
"""All of it is on this machine."""

LATER: Final = (
    Thing("reached", _l("Les réponses de HMP")),
    Thing("townhall", _l("Nouvelles de la mairie")),
)
"""It comes from elsewhere, and does so by itself once the line is back."""


@blueprint.get("/line")
def show() -> str:
    """Since when, what works here, what comes later, and when it is tried again."""
    g.here = "/line"
    return render_template("pages/line/line.html", works=HERE, later=LATER, every=int(LOOK))
