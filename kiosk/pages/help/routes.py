"""Help, over HTTP: which card, the card, the people. ``page`` is where one came from."""

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, abort, g, render_template, request
from flask_babel import lazy_gettext as _l

from kiosk.pager import begin, pager
from kiosk.pages.help import model, scene
from kiosk.pages.help.cards import CARDS, card_for
from kiosk.paths import before
from kiosk.services import services, visitor

blueprint = Blueprint("help", __name__)

ROOM: Final = {"kiosk": 6, "home": 5, "tv": 3}
"""How many people stand on one screen, by mode."""

ROLE: Final = {
    "caretaker": (_l("Gardien"), "keeper"),
    "helper": (_l("Accompagne les habitants"), "hand"),
    "office": (_l("Habitat Marseille Provence"), "reached"),
}


def origin() -> str:
    """The path one came from, through as many pages of help as there were; "/" for none of ours."""
    return before(request.args.get("page", "/"), "/help")


def _url(path: str) -> str:
    page = origin()
    return path if page == "/" else f"{path}?{urlencode({'page': page})}"


@blueprint.get("/help")
def show() -> str:
    """The card for where one was, then the others, then the people."""
    g.here = _url("/help")
    first = card_for(origin())
    return render_template(
        "pages/help/help.html",
        first=first,
        cards=CARDS,
        others=[name for name in CARDS if name != first],
        url=_url,
        back=origin(),
    )


@blueprint.get("/help/<name>", defaults={"number": 1})
@blueprint.get("/help/<name>/<int:number>")
def show_card(name: str, number: int) -> str:
    """One step of a card, counted from one."""
    if name not in CARDS or not 1 <= number <= len(CARDS[name].steps):
        abort(404)
    g.here = _url(f"/help/{name}/{number}" if number > 1 else f"/help/{name}")
    return render_template(
        "pages/help/card.html",
        name=name,
        card=CARDS[name],
        number=number,
        parts=scene.PARTS,
        shown=scene.shown,
        url=_url,
        back=_url("/help"),
    )


@blueprint.get("/help/people")
def show_people() -> str:
    """Who helps, with their telephone."""
    g.here = _url("/help/people")
    places = services().estate.places()
    people = model.helpers(services().database, places, visitor().places)
    limit = ROOM[services().config.mode]
    skip = begin(request, limit)
    return render_template(
        "pages/help/people.html",
        people=people[skip : skip + limit],
        roles=ROLE,
        pager=pager(request, skip, limit, more=len(people) > skip + limit),
        back=_url("/help"),
    )
