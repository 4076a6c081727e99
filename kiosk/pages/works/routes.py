"""Works, over HTTP."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from kiosk import words
from kiosk.pager import begin, pager, room
from kiosk.pages.works import model
from kiosk.pages.works.todo import before
from kiosk.reader import reader
from kiosk.services import now, services, visitor
from sync.clock import instant, today
from sync.documents.kind import Document

blueprint = Blueprint("works", __name__)


@blueprint.get("/works/")
def show() -> str:
    """The works ahead, one's own first."""
    look, node = visitor(), services()
    limit = room(look.mode, look.look.size)
    skip = begin(request, limit)
    works, more = model.listed(
        node.database, reader(), node.estate.places(), skip=skip, limit=limit
    )
    return render_template(
        "pages/works/list.html",
        works=works,
        pager=pager(request, skip, limit, more=more),
        trail=f"?n={skip // limit}" if skip else "",
    )


@blueprint.get("/works/<key>")
def read(key: str) -> str:
    """One of the works: when, what to do before, why."""
    works = model.find(services().database, key, reader())
    if works is None:
        abort(404)
    number = request.args.get("n", "")
    phase = model.phase(works, now())
    return render_template(
        "pages/works/works.html",
        works=works,
        phase=phase,
        later=model.later(services().database, works, reader()),
        bar=model.bar(works),
        left=_left(works, phase),
        todo=before(works["what"]) if phase != "over" else (),
        tonight=_tonight(works, phase),
        for_you=words.for_you(works, services().estate.places(), visitor().places),
        back=f"/works/?n={number}" if number.isdecimal() else "/works/",
    )


def _left(works: Document, phase: str) -> str:
    """How long until they begin or, once they have begun, until they end."""
    until = instant(works["ends" if phase == "now" else "starts"])
    return words.time_left(until, now(), visitor().language)


def _tonight(works: Document, phase: str) -> str:
    """When to do what helps."""
    if phase == "now":
        return str(gettext("En attendant, pensez à\xa0:"))
    away = today(instant(works["starts"])) - today(now())
    if away.days == 1:
        return str(gettext("Ce soir, pensez à\xa0:"))
    return str(gettext("Avant, pensez à\xa0:"))
