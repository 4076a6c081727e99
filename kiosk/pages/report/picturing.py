"""The photo of a report, over HTTP: files at home, the screen's camera on a shared screen."""

from flask import abort, g, redirect
from werkzeug.wrappers import Response

from kiosk import camera, uploads
from kiosk.pages.report.model import Draft
from kiosk.pages.report.steps import draft, missing, page, resident, url
from kiosk.photos import PhotoRefused
from kiosk.services import said, services, visitor
from sync import album
from sync.documents.report import REPORT

Answer = str | Response | tuple[str, int]


def ask() -> Answer:
    """A photo, or none."""
    known = draft()
    way = missing(known) or (None if visitor().mode == "home" else camera.allow())
    return way or _page(known)


def _page(known: Draft, wrong: object = None) -> str:
    return page("photo", known, wrong=wrong, camera=camera, most=album.MOST)


def add() -> Answer:
    """Keep the photos of the form, cleaned, and go on; what is refused is said."""
    known = draft()
    way, session = missing(known), resident()
    if way or session is None:
        return way or abort(403)
    g.here = url("photo", known)
    g.camera = visitor().mode != "home"
    try:
        pictures = uploads.photos(album.MOST)
    except PhotoRefused as refused:
        return _page(known, uploads.REFUSALS[refused.reason]), 422
    if not pictures:
        return _none(known)
    count = album.add(
        services().database,
        REPORT.id(known.key, session.household),
        pictures,
        at=said(),
        by=session.person,
        origin=services().origin,
    )
    onward = url("words", known, photos=count)
    return redirect(onward, 303) if visitor().mode == "home" else camera.leave(onward)


def _none(known: Draft) -> Answer:
    """No photo came: at home none was chosen; a shared screen lost it, and it is taken again."""
    if visitor().mode == "home":
        return _page(known, uploads.NONE), 422
    return camera.leave(url("photo", known))


def show(key: str, which: int) -> Response:
    """A small picture of what was just added, for who added it."""
    session = resident()
    id = REPORT.id(key, session.household) if session else ""
    if session is None or album.owner_of(services().database, id, which) != session.person:
        abort(404)
    image = album.image(services().database, id, which, album.SMALL)
    return Response(image or abort(404), mimetype="image/jpeg")
