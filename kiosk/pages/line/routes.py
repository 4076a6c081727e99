"""The line, over HTTP: this page stands when little else does."""

from math import ceil
from typing import Any, Final, NamedTuple

from flask import Blueprint, g, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from kiosk.line import LOOK
from kiosk.outage import Cut, Outage, cut_at
from kiosk.services import now, services

blueprint = Blueprint("line", __name__)

COUNTED: Final = 120.0
"""Seconds to the next try that are counted down; a later one is said by its hour."""

STEP: Final = 5
"""Seconds by which they are counted: nobody is hurried."""


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

ANSWERS: Final = Thing("reached", _l("Les réponses de HMP"))
TOWN: Final = Thing("townhall", _l("Nouvelles de la mairie"))
HALLS: Final = Thing("building", _l("Nouvelles des autres halls"))

LATER: Final[dict[Cut, tuple[Thing, ...]]] = {
    "line": (ANSWERS, TOWN),
    "internet": (TOWN,),
    "landlord": (ANSWERS, TOWN),
    "hall": (ANSWERS, HALLS, TOWN),
    "home": (ANSWERS, HALLS, TOWN),
}
"""It comes from elsewhere, and does so by itself once the line is back."""


@blueprint.get("/line")
def show() -> str:
    """Since when, what works here, what comes later, and when it is tried again."""
    g.here = "/line"
    cut = cut_at(services(), now())
    return render_template(
        "pages/line/line.html",
        works=(*HERE, ANSWERS._replace(url="/reports/")) if cut and cut.cut == "internet" else HERE,
        later=LATER[cut.cut] if cut else (),
        every=int(LOOK),
        seconds=_seconds(cut) if cut else None,
        halls=_halls(),
        letter=_letter(services().config.node.name),
        legend=_legend(cut.cut) if cut else (),
    )


def _seconds(cut: Outage) -> int | None:
    """Until the next try, in steps; None where it is not known, or far away."""
    left = (cut.next - now()).total_seconds() if cut.next else COUNTED + 1
    return max(0, ceil(left / STEP) * STEP) if left <= COUNTED else None


def _halls() -> list[str]:
    """The letters of the other halls that are reached."""
    reach = services().lookout.reach()
    peers = reach.peers if reach else ()
    reached = [p for p in peers if p["role"] == "kiosk" and p["state"] == "reachable"]
    return [_letter(peer["name"]) for peer in reached]


def _letter(name: str) -> str:
    """What is painted on a hall: "B" of "Hall B"; "" for a name that ends in no such thing."""
    last = name.rpartition(" ")[2]
    return last.upper() if len(last) <= 2 else ""


def _legend(cut: Cut) -> tuple[str, str]:
    """What is written under what is here, and under what is out of reach."""
    if cut == "landlord":
        return gettext("Les halls se parlent"), gettext("HMP, mairie : pas de ligne")
    if cut == "internet":
        return gettext("HMP reçoit vos demandes"), gettext("Internet : pas de ligne")
    if cut == "hall":
        return gettext("Ce hall"), gettext("Autres halls, HMP : pas de ligne")
    if cut == "home":
        return gettext("Cet ordinateur"), gettext("Votre hall : pas de ligne")
    return gettext("Ici"), gettext("HMP, mairie : pas de ligne")
