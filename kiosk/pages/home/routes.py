"""The first page, over HTTP."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from kiosk.pager import begin, pager
from kiosk.pages.home import model
from kiosk.reader import reader
from kiosk.services import services, visitor
from kiosk.visitor import Visitor

blueprint = Blueprint("home", __name__)

ROOM: Final = {"kiosk": 2, "home": 4, "tv": 2}
"""How many of today's things stand beside what one can do."""

FLOORS: Final = {("kiosk", "large"): 3, ("kiosk", "huge"): 2, ("tv", "large"): 3, ("tv", "huge"): 2}
"""Windows on one screen where six would be too many: very large removes, it does not squeeze."""


@dataclass(frozen=True)
class Way:
    """One window of the house."""

    url: str
    picto: str
    word: Any
    line: Any


def ways(who: Visitor) -> list[Way]:
    """Where this visitor can go, the most wanted first."""
    answers = _l("Les réponses de HMP") if who.session else _l("Entrez pour les lire")
    own = Way("/reports/", "message", _l("Mes demandes"), answers)
    desk = Way("/desk/", "message", _l("Bureau"), _l("Répondre aux locataires"))
    halls = Way("/halls/", "building", _l("Tous les halls"), _l("Ce qui marche, et où"))
    town = Way("/townhall/", "townhall", _l("Ma mairie"), _l("Adresse et horaires"))
    return [
        Way("/news/", "news", _l("Nouvelles"), _l("Résidence, mairie, ville")),
        Way("/works/", "works", _l("Travaux"), _l("Eau, ascenseur, chauffage")),
        desk if who.is_landlord else own,
        halls if who.is_landlord else town,
        Way("/emergency/", "emergency", _l("Urgences"), "15 · 17 · 18 · 112"),
        Way("/settings/", "settings", _l("Régler l’écran"), _l("Taille, voix, langue")),
    ]


@blueprint.get("/")
def show() -> str:
    """Today's important news first, then the few things one can do."""
    who = visitor()
    room = 1 if who.look.size == "huge" else ROOM[who.mode]
    limit = FLOORS.get((who.mode, who.look.size), 6)
    skip = begin(request, limit)
    windows = ways(who)
    return render_template(
        "pages/home/home.html",
        today=model.today(services().database, reader(), room),
        ways=windows[skip : skip + limit],
        pager=pager(request, skip, limit, more=len(windows) > skip + limit),
    )
