"""The pages that ask who one is: the card, the residence and staircase, the door or name, the code.

An address holds what was said so far and where one wants to go; never a code, never a card.
"""

from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, g, render_template, request
from flask_babel import lazy_gettext as _l

from kiosk import camera
from kiosk.access import codes
from kiosk.pager import begin, pager
from kiosk.pages.signin import model
from kiosk.services import services, visitor
from sync.staff import caretakers, staff

NAMES: Final = {"kiosk": 9, "home": 9, "tv": 6}
"""How many names stand on one screen, by mode."""

ROLE: Final = {
    "agent": (_l("Habitat Marseille Provence"), "message"),
    "caretaker": (_l("Loge"), "keeper"),
    "moderator": (_l("Modération"), "other"),
    "administrator": (_l("Administration"), "settings"),
    "helper": (_l("Accompagnement"), "hand"),
    "townhall": (_l("Mairie"), "townhall"),
}

PAD: Final = codes.ALPHABET[1:10] + codes.ALPHABET[0] + codes.ALPHABET[10:]
"""The keys as people count: 0 after 9."""

letters = model.Letters()


def onward() -> str:
    """Where one wants to go once in; "" for nowhere in particular."""
    return model.local(request.values.get("next", ""))


def url(path: str, **values: str) -> str:
    """An address of this area that keeps in mind where one wants to go."""
    kept = {name: value for name, value in {**values, "next": onward()}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def _page(template: str, /, **what: Any) -> str:
    known = {"url": url, "onward": onward(), **what}
    return render_template(f"pages/signin/{template}.html", **known)


def start(wrong: str = "") -> str:
    """The card, and which residence, else which of its staircases."""
    places = services().estate.places()
    own = model.residence_of(places, visitor().places)
    asked = request.args.get("residence", own)
    residence = asked if asked in places else ""
    g.here = url("/signin", residence=residence if residence != own else "")
    return _page(
        "signin",
        residences=[] if residence else model.residences(places),
        staircases=model.staircases(places, residence) if residence else [],
        chosen=places.get(residence),
        steps=3 if own else 4,
        wrong_card=wrong,
    )


def show_camera() -> str:
    """The page with the screen's camera, for a card."""
    g.here = url("/signin/camera")
    return _page("camera", camera=camera, back=url("/signin"))


def staircase() -> str:
    """The staircase that was said; 404 for a place where no doors are."""
    slug = request.values.get("staircase", "")
    if not model.is_staircase(services().estate.places(), slug):
        abort(404)
    return slug


def door(*, wrong: bool = False) -> str:
    """Which door of a staircase. ``wrong``: what was said is no door."""
    slug = staircase()
    residence = str(services().estate.places()[slug].get("parent", ""))
    g.here = url("/signin/door", staircase=slug)
    return _page(
        "door",
        staircase=slug,
        letters=letters.of(services().database, residence),
        wrong_door=wrong,
        steps=_steps(residence),
        back=url("/signin", residence=residence),
    )


def _steps(residence: str) -> int:
    own = model.residence_of(services().estate.places(), visitor().places)
    return 3 if own == residence else 4


def name() -> str:
    """Which of those who work here."""
    members = model.colleagues(services().database, visitor().places)
    limit = NAMES[services().config.mode]
    skip = begin(request, limit)
    more = len(members) > skip + limit
    shown = members[skip : skip + limit]
    ways = pager(request, skip, limit, more=more)
    return _page("staff", names=shown, roles=ROLE, pager=ways, back=url("/signin"))


def code(**wrong: Any) -> str:
    """The code of whoever named a door, or themselves. ``wrong``: see the template."""
    id = request.values.get("staff", "")
    who = _colleague(id) if id else _household()
    g.here = url("/signin/code", **who["fields"])
    return _page("code", alphabet=PAD, **who, **wrong)


def _colleague(id: str) -> dict[str, Any]:
    found = [member for member in staff(services().database) if member["_id"] == f"staff:{id}"]
    if not found:
        abort(404)
    back = url("/signin/staff")
    return {"name": found[0]["name"], "fields": {"staff": id}, "steps": 2, "back": back}


def _household() -> dict[str, Any]:
    slug, number = staircase(), model.door(request.values.get("door", ""))
    residence = str(services().estate.places()[slug].get("parent", ""))
    keepers = caretakers(staff(services().database), residence or "-")
    return {
        "fields": {"staircase": slug, "door": number},
        "keeper": keepers[0] if keepers else None,
        "steps": _steps(residence),
        "back": url("/signin/door", staircase=slug),
    }
