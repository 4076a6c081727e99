"""Reporting, over HTTP: one view for a step."""

from contextlib import suppress

from flask import Blueprint, abort, g, redirect, request
from werkzeug.wrappers import Response

from kiosk.naming import short_name
from kiosk.pages.report import picturing, sending
from kiosk.pages.report.model import Draft, again
from kiosk.pages.report.spots import SHARED_ONLY, choices, home_of, near, residences
from kiosk.pages.report.steps import (
    FORM,
    RESUME,
    draft,
    entrance,
    keep,
    missing,
    page,
    places,
    resident,
    resumed,
    url,
)
from kiosk.services import now, said, services, visitor
from sync import album, faults, stories
from sync.documents.category import CATEGORIES, SIGNS
from sync.documents.delivery import farthest, hindmost
from sync.documents.fault import FAULT
from sync.documents.report import REPORT, delivery, number
from sync.errors import SyncError

blueprint = Blueprint("report", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/report/")
def what() -> str:
    """Twelve pictures; each with how many neighbours have that trouble here."""
    here = near(places(), next(iter(visitor().places), ""))
    return page(
        "what",
        Draft(),
        categories=CATEGORIES,
        counts=faults.counts(services().database, here, now()) if here else {},
        kept=resumed(),
    )


@blueprint.get("/report/where")
def ask_where() -> Answer:
    """The places that go with it; for who is nowhere yet, the residences first."""
    known = draft()
    if not known.what:
        return redirect("/report/", 303)
    start = next(iter(visitor().places), "")
    at = request.args.get("at", start)
    residence, staircase = home_of(places(), at)
    if not residence:
        return page("residence", known, residences=residences(places()), places=places())
    private = known.what not in SHARED_ONLY
    return page(
        "where",
        known,
        spots=choices(places(), known.what, at),
        at=short_name(places()[staircase or residence]),
        home=private and bool(resident()) and at == start,
        enter=entrance(url("where", known)) if private and not visitor().session else "",
    )


@blueprint.get("/report/same")
def same() -> Answer:
    """What is open there already: one may join it."""
    known = draft()
    way = missing(known, signed_in=False)
    if way:
        return way
    session = resident()
    onward = url("photo" if session else "door", known)
    if known.flat:
        return redirect(onward, 303)
    fault = faults.open_at(services().database, known.what, known.place, now())
    if fault is None:
        return redirect(onward, 303)
    joined = url("check", known, fault=fault.key)
    return page(
        "same",
        known,
        fault=fault,
        joined=joined if session else entrance(joined),
        already=bool(session and fault.has(session.household)),
        onward=onward,
    )


@blueprint.get("/report/door")
def door() -> Answer:
    """For who has not signed in: enter, or say no more than what and where."""
    known = draft()
    way = missing(known, signed_in=False)
    if way or resident():
        return way or redirect(url("photo", known), 303)
    return page("door", known, entrance=entrance(url("photo", known)))


blueprint.get("/report/photo")(picturing.ask)
blueprint.post("/report/photo")(picturing.add)
blueprint.get("/report/photo/<key>/<int:which>")(picturing.show)


@blueprint.route("/report/words", methods=["GET", "POST"])
def words() -> Answer:
    """A few words, touched or written; POST comes back from the last step with them."""
    known = draft()
    g.here = url("words", known)
    return missing(known) or page("words", known, signs=SIGNS[known.what])


@blueprint.route("/report/check", methods=["GET", "POST"])
def check() -> Answer:
    """Everything on one page, before it is sent."""
    known = draft()
    # The page of a kept draft shows the same words in another language too.
    g.here = RESUME if keep() else url("check", known)
    return missing(known) or (_too_long(known) if known.too_long else _check(known))


def _too_long(known: Draft) -> Answer:
    g.here = url("words", known)
    return page("words", known, signs=SIGNS[known.what], too_long=True), 422


def _check(known: Draft, *, sent_before: bool = False) -> str:
    session = resident()
    fault = None if known.flat else faults.one(services().database, FAULT.id(known.fault))
    others = fault.others(session.household) if fault and session else 0
    return page("check", known, others=others, sent_before=sent_before)


@blueprint.get("/report/resume")
def resume() -> Answer:
    """What this very person was writing when their visit ended."""
    kept = resumed()
    if kept is None:
        return redirect("/report/", 303)
    return missing(kept) or (_too_long(kept) if kept.too_long else _check(kept))


@blueprint.post("/report/send")
def send() -> Answer:
    """Write it down. The same form sent again says the same."""
    known = draft()
    session = resident()
    way = missing(known, signed_in=False) if session is None else missing(known)
    if way:
        return way
    if known.too_long:
        return _too_long(known)
    origin = services().origin
    if session is None:
        id = sending.publish(services().database, known, said(), origin)
        return redirect(f"/report/told/{id.partition(':')[2]}", 303)
    sender = sending.Sender(
        household=session.household,
        person=session.person,
        staircase=next(iter(visitor().places), ""),
        language=visitor().language.html,
        origin=origin,
        landlord=services().is_landlord,
    )
    try:
        sending.send(services().database, known, sender, said())
    except sending.AlreadySent:
        g.here = url("check", known)
        return _check(again(known), sent_before=True), 409
    with suppress(SyncError):  # it is sent: that goes before tidying up
        services().drafts.drop(session.person, FORM)
    return redirect(f"/report/sent/{known.key}", 303)


@blueprint.get("/report/sent/<key>")
def sent(key: str) -> str:
    """The receipt: where the report is, its number, when the landlord answers."""
    session = resident()
    if session is None:
        abort(404)
    id = REPORT.id(key, session.household)
    story = stories.one(services().database, id, now())
    if story is None or story.report["by"] != session.person:
        abort(404)
    shared = story.report.get("fault")
    fault = faults.one(services().database, shared) if shared else None
    steps = delivery(story)
    photos = album.photos(services().database, id)
    return page(
        "sent",
        Draft(),
        story=story,
        steps_done=steps,
        at=farthest(steps),
        behind=hindmost(album.ways(services().database, story, photos)),
        number=number(story.report, places()),
        others=fault.others(session.household) if fault else 0,
    )


@blueprint.get("/report/told/<key>")
def told(key: str) -> str:
    """The receipt of who did not sign in: it tells what all may know."""
    fault = faults.one(services().database, FAULT.id(key))
    if fault is None:
        abort(404)
    return page(
        "told",
        Draft(),
        fault=fault,
        number=number(fault.document, places()),
        reached=services().is_landlord,
    )
