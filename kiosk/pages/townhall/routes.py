"""Town halls and services, over HTTP. All of it is public and asked of memory, not the database."""

from datetime import date
from typing import Final

from flask import Blueprint, abort, render_template, request
from flask_babel import format_date

from kiosk.pager import begin, pager
from kiosk.pages.townhall import model
from kiosk.services import services, visitor

blueprint = Blueprint("townhall", __name__)

ROOM: Final = {"kiosk": 4, "home": 5, "tv": 4}
"""How many lines stand under one town hall, by mode."""


@blueprint.get("/townhall/")
def show() -> str:
    """The town hall of where one is and what is around it; without a place, every town hall."""
    places = services().estate.places()
    own = model.sector(places, visitor().places)
    return _page(own, model.around(places, own) if own else model.halls(places), back="/")


@blueprint.get("/townhall/<slug>")
def show_one(slug: str) -> str:
    """One town hall or service."""
    places = services().estate.places()
    if places.get(slug, {}).get("type") not in model.SHOWN:
        abort(404)
    return _page(slug, [], back="/townhall/")


def _page(slug: str, others: list[str], back: str) -> str:
    places = services().estate.places()
    place = places.get(slug)
    limit = ROOM[services().config.mode]
    skip = begin(request, limit)
    return render_template(
        "pages/townhall/townhall.html",
        place=place,
        address=model.address(place) if place else "",
        site=model.site(place.get("url", "")) if place else "",
        sites=model.sites(place.get("source", "")) if place else [],
        checked=_checked(place.get("checked", "")) if place else "",
        others=[(other, places[other]) for other in others[skip : skip + limit]],
        pager=pager(request, skip, limit, more=len(others) > skip + limit),
        back=back,
    )


def _checked(day: str) -> str:
    """The day on which the facts were checked, as "22 novembre 2026"."""
    return str(format_date(date.fromisoformat(day), "long")) if day else ""
