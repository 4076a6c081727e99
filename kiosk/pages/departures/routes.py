"""Departures over HTTP: who, what will go, a second word, then how far it has come."""

from typing import Any, Final

from flask import Blueprint, abort, g, redirect, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from kiosk.access.people import resident_name
from kiosk.pager import begin, pager
from kiosk.pages.departures import labels, model
from kiosk.services import now, said, services, visitor
from kiosk.signing import NotSigned, Signing
from sync.clock import stamp, today
from sync.database import Database
from sync.documents.erasure import ERASURE, MOVEOUT, erase, move_out
from sync.documents.kind import Document

blueprint = Blueprint("departures", __name__)

Answer = str | Response | tuple[str, int]

LONGEST: Final = 80
ROOM: Final = {"kiosk": 5, "home": 4, "tv": 2}
"""How many doors or facts stand under the search, by mode."""
UNSIGNED: Final = _l("Ce poste n’a pas pu signer. Réessayez dans un moment.")
NO_DAY: Final = _l("Choisissez un jour proche.")


@blueprint.get("/departures/")
def show_all() -> str:
    """What was signed and how far it has come; or the doors that were looked for."""
    words = request.args.get("q", "").strip()[:LONGEST]
    limit = ROOM[visitor().mode]
    skip = begin(request, limit)
    homes = model.find(_db(), words)
    facts = [] if words else model.facts(_db(), _counts)
    found = homes or facts
    return _page(
        "list",
        q=words,
        homes=homes[skip : skip + limit],
        facts=[_told(each) for each in facts[skip : skip + limit]],
        pager=pager(request, skip, limit, more=len(found) > skip + limit),
    )


@blueprint.get("/departures/<household>")
def show_door(household: str) -> str:
    """Who lives behind a door, and what can be done for them."""
    return _page("door", home=_home(household))


@blueprint.get("/departures/<household>/erase/<person>")
def ask_erasure(household: str, person: str) -> Answer:
    """What will go with a person."""
    return _erasure(_home(household), person)


@blueprint.post("/departures/<household>/erase/<person>")
def erase_person(household: str, person: str) -> Answer:
    """Sign it: every hall carries it out as it hears of it."""
    home = _home(household)
    if home.one(person) is None:
        abort(404)
    fact = erase(person, household, home.people, **_made())
    try:
        model.put(_db(), _pen().sign(fact))
    except NotSigned:
        return _erasure(home, person, UNSIGNED), 503
    return redirect(f"/departures/erased/{person}", 303)


@blueprint.get("/departures/<household>/moveout")
def ask_moveout(household: str) -> Answer:
    """What ends when those behind a door leave, and on which day."""
    return _moveout(_home(household))


@blueprint.post("/departures/<household>/moveout")
def move(household: str) -> Answer:
    """Sign it: on the day codes, cards and computers end."""
    home, day = _home(household), model.day_of(request.form.get("day", ""), now())
    if day is None:
        return _moveout(home, NO_DAY), 422
    people = map(model.key_of, home.people)
    try:
        fact = _pen().sign(move_out(household, day, people, **_made()))
    except NotSigned:
        return _moveout(home, UNSIGNED), 503
    model.put(_db(), fact)
    return redirect(f"/departures/moved/{household}/{day}", 303)


@blueprint.get("/departures/erased/<person>")
def erased(person: str) -> str:
    """In how many halls somebody is erased."""
    return _receipt(ERASURE.id(person))


@blueprint.get("/departures/moved/<household>/<day>")
def moved(household: str, day: str) -> str:
    """What was signed for a household that leaves."""
    return _receipt(MOVEOUT.id(f"{household}.{day}"))


def _receipt(id: str) -> str:
    fact = model.fact(_db(), id, _counts)
    if fact is None:
        abort(404)
    return _page("receipt", told=_told(fact), home=model.home(_db(), fact["household"]))


def _told(fact: Document) -> labels.Told:
    done, of = model.progress(_db(), fact)
    home = model.home(_db(), fact["household"])
    return labels.Told(fact, home.door if home else None, done, of)


def _erasure(home: model.Home, person: str, wrong: LazyString | None = None) -> str:
    who = home.one(person)
    if who is None:
        abort(404)
    return _page("erase", home=home, who=who, alone=len(home.people) == 1, wrong=wrong)


def _moveout(home: model.Home, wrong: LazyString | None = None) -> str:
    day = request.form.get("day", "") if wrong else str(today(now()))
    return _page("moveout", home=home, day=day, wrong=wrong)


def _page(name: str, /, **what: Any) -> str:
    g.here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    known = {"labels": labels, "named": resident_name, "key_of": model.key_of, "signs": _signs()}
    return render_template(f"pages/departures/{name}.html", **known, **what)


def _home(household: str) -> model.Home:
    home = model.home(_db(), household)
    if home is None:
        abort(404)
    return home


def _made() -> dict[str, str]:
    session = visitor().session
    assert session is not None  # only the administrator comes here
    return {"at": stamp(said()), "by": session.person, "origin": services().origin}


def _signs() -> bool:
    """Whether this is a machine of the landlord's in an estate: it alone has such facts signed."""
    return services().pen is not None and services().is_landlord


def _pen() -> Signing:
    pen = services().pen
    if pen is None or not services().is_landlord:
        abort(404)
    return pen


def _db() -> Database:
    return services().database


def _counts(fact: Document) -> bool:
    """Whether somebody signed it who may."""
    witness = services().witness
    return witness is not None and witness.author(fact) is not None
