"""One's own reports, over HTTP."""

import logging

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk import uploads
from kiosk.access.sessions import Session
from kiosk.pager import begin, pager, room
from kiosk.pages.reports import model
from kiosk.photos import PhotoRefused
from kiosk.services import now, said, services, visitor
from sync import album, faults, stories
from sync.documents.delivery import hindmost
from sync.documents.key import KEY, fresh
from sync.documents.report import REPORT, delivery, number
from sync.errors import SyncError
from sync.receipts import receive

log = logging.getLogger(__name__)
blueprint = Blueprint("reports", __name__)

Answer = str | Response | tuple[str, int]


def _session() -> Session:
    """The resident's session; 404 for staff, who have no reports of their own."""
    session = visitor().session
    if session is None or not session.household:
        abort(404)
    return session


def _case(key: str) -> tuple[model.Case, faults.Fault | None]:
    """A report of this very person, with its public part; 404 for another's."""
    session = _session()
    id = REPORT.id(key, session.household)
    story = stories.one(services().database, id, now()) if KEY.fullmatch(key) else None
    if story is None or story.report["by"] != session.person:
        abort(404)
    shared = story.report.get("fault")
    fault = faults.one(services().database, shared) if shared else None
    return model.Case(story, fault.progress if fault else ()), fault


@blueprint.get("/reports/")
def show_all() -> Answer:
    """Newest first, with the state of each."""
    if visitor().is_landlord and not visitor().is_resident:
        return redirect("/desk/", 303)
    session, database = _session(), services().database
    limit = room(visitor().mode, visitor().look.size)
    skip = begin(request, limit)
    found = stories.of_person(
        database, session.household, session.person, now(), skip=skip, limit=limit + 1
    )
    cases = []
    for story in found[:limit]:
        fault = "" if story.states else story.report.get("fault", "")
        cases.append(model.Case(story, faults.progress(database, fault) if fault else ()))
    return render_template(
        "pages/reports/list.html",
        cases=cases,
        number=lambda report: number(report, services().estate.places()),
        pager=pager(request, skip, limit, more=len(found) > limit),
    )


@blueprint.get("/reports/<key>")
def show(key: str) -> Answer:
    """One report: its number, how far it has come, all that was said of it."""
    case, fault = _case(key)
    if "X-Live" not in request.headers:
        _hear(case)
    return _page(case, fault)


def _hear(case: model.Case) -> None:
    try:
        model.hear(services().database, case.story, said(), services().origin)
    except SyncError as error:  # reading goes before telling that one has read
        log.warning("it is not written that an answer was opened: %s", error)


def _page(case: model.Case, fault: faults.Fault | None, wrong: object = None) -> str:
    session, report = _session(), case.story.report
    photos = album.photos(services().database, report["_id"])
    g.here = f"/reports/{case.key}"
    return render_template(
        "pages/reports/report.html",
        case=case,
        report=report,
        number=number(report, services().estate.places()),
        delivered=delivery(case.story),
        others=fault.others(session.household) if fault else 0,
        photos=[album.number_of(photo) for photo in photos],
        behind=hindmost(album.ways(services().database, case.story, photos)),
        most=album.MOST,
        event=fresh(),
        wrong=wrong,
    )


@blueprint.post("/reports/<key>/reopen")
def reopen(key: str) -> Answer:
    """ "It is not mended"."""
    case, _ = _case(key)
    event = request.form.get("key", "")
    if not KEY.fullmatch(event) or "." in event:
        abort(400)
    if case.settled:
        model.reopen(services().database, case.story, event, said(), services().origin)
    return redirect(f"/reports/{case.key}", 303)


@blueprint.post("/reports/<key>/photo")
def add_photo(key: str) -> Answer:
    """Add photos to a report that is sent."""
    (case, fault), session = _case(key), _session()
    try:
        pictures = uploads.photos(album.MOST)
    except PhotoRefused as refused:
        return _page(case, fault, uploads.REFUSALS[refused.reason]), 422
    if not pictures:
        return _page(case, fault, uploads.NONE), 422
    id, database, origin = case.story.report["_id"], services().database, services().origin
    album.add(database, id, pictures, at=said(), by=session.person, origin=origin)
    if services().is_landlord:
        here = [photo["_id"] for photo in album.photos(database, id)]
        receive(database, here, now=said(), origin=origin)
    return redirect(f"/reports/{case.key}", 303)


@blueprint.get("/reports/<key>/photo/<int:which>")
def photo(key: str, which: int) -> Response:
    """A photo, for who added it, and for staff, who name the household (``?of=``).

    ``?size=small``: the small one.
    """
    session = visitor().session
    if session is None or not KEY.fullmatch(key):
        abort(404)
    household = session.household or request.args.get("of", "")
    id = REPORT.id(key, household) if household.isalnum() else abort(404)
    owner = album.owner_of(services().database, id, which)
    if not owner or not (visitor().is_landlord or owner == session.person):
        abort(404)
    name = album.SMALL if request.args.get("size") == "small" else album.FULL
    image = album.image(services().database, id, which, name)
    return Response(image, mimetype="image/jpeg") if image else abort(404)
