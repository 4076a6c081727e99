"""The screen at rest, over HTTP. Nobody acts here: its requests prolong no visit."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from i18n.languages import choose
from kiosk.access.tokens import new_token
from kiosk.outage import cut_at
from kiosk.pages.rest import model
from kiosk.pages.rest.cards import aloud, cards, tongues
from kiosk.pages.rest.sky import sky
from kiosk.pages.rest.spoken import Spoken
from kiosk.services import now, services, visitor
from kiosk.visitor import Look, forget
from sync.announcements import Reader
from sync.documents.kind import Document

blueprint = Blueprint("rest", __name__)

STAY: Final = 12
"""Seconds for which a card stays: at 120 words a minute it is read twice."""

SHEETS: Final = ("css/tokens.css", "css/ground.css", "css/frame.css")
"""Of the frame's: no page of parts is here, and nobody to be warned; its own sheet has the rest."""

spoken = Spoken()


@blueprint.get("/rest")
def show() -> BaseResponse:
    """Today's things, one card at a time; ``card``: which, for a browser without scripts.

    Whatever the last person chose of the screen is forgotten. A home computer has no such screen,
    nor has whoever is signed in: they go home.
    """
    who = visitor()
    if who.mode == "home" or who.session:
        return redirect("/", 303)
    above = sky(now())
    # By night the wall is dark, however the screen was set.
    look = Look(theme="dark" if above == "night" else "light")
    g.visitor = replace(who, look=look, language=choose(accepted=_accepted()))
    g.here = "/rest"
    begins = "X-Live" not in request.headers
    if begins:
        g.visit = new_token()
    answer = make_response(_draw(above))
    if begins:
        forget(answer)
    return answer


def _accepted() -> str:
    return request.headers.get("Accept-Language", "")


def _draw(above: str) -> str:
    reader = Reader(visitor().places, signed_in=False, now=now())
    things = model.things(services().database, reader)
    shown = cards(things, services().estate.places(), now())
    at = request.args.get("card", 0, int) % len(shown)
    due = spoken.due(_alarms(), now())
    return render_template(
        "pages/rest/rest.html",
        sheets=SHEETS,
        sky=above,
        cards=shown,
        at=at,
        following=(at + 1) % len(shown),
        things=len(things),
        bays=model.ROOM,
        tongues=tongues(now(), visitor().mode, cut_at(services(), now()), known=_is_known()),
        stay=STAY,
        due=[alarm["_id"] for alarm in due],
        aloud=aloud(due) if due else [],
    )


def _is_known() -> bool:
    """Whether anyone can say how the line of this screen is."""
    return bool(services().line.weather(now()) or services().lookout.reach())


@blueprint.post("/rest/said")
def said() -> Response:
    """The screen has said these emergencies (``id``) to their end."""
    spoken.say(request.form.getlist("id"), _alarms(), now())
    return Response(status=204)


def _alarms() -> list[Document]:
    return services().estate.emergencies(now(), visitor().places)
