"""What the steps share: the draft of this request, whose it is, and the way to the next step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import g, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.access.sessions import Session
from kiosk.drafts import Mark
from kiosk.naming import place_name
from kiosk.pages.report.model import Draft, read
from kiosk.pages.report.spots import SHARED_ONLY, is_spot
from kiosk.security import READING
from kiosk.services import now, services, visitor
from sync import album
from sync.documents.kind import Document
from sync.documents.report import REPORT

STEPS: Final = 5

FORM: Final = "report"
"""What a report in the making is called among a person's drafts."""

RESUME: Final = "/report/resume"
"""Where one goes on with it."""


def places() -> Mapping[str, Document]:
    """The places of the estate, by slug."""
    return services().estate.places()


def resident() -> Session | None:
    """The session of this request, where a household stands behind it.

    Raises what the database raised, when it cannot say now whether there is one.
    """
    if "unknown" in g:
        raise g.unknown
    return visitor().session if visitor().is_resident else None


def draft() -> Draft:
    """The draft that this request carries."""
    fields = request.args if request.method in READING else request.form
    return read(fields, fields.getlist("sign"), places(), now())


def mark() -> Mark | None:
    """What the forms of a resident carry; None for a passer-by, who has no drafts."""
    session = resident()
    return services().drafts.mark(session, g.visit, FORM, RESUME, now()) if session else None


def resumed() -> Draft | None:
    """What this very person had begun to report when their visit ended; None for nothing.

    With as many photos as are still there: those of a report that is not sent go after a day.
    """
    session = resident()
    kept = services().drafts.of(g.visit, session.person, FORM, now()) if session else None
    if session is None or kept is None:
        return None
    known = read(kept.fields, kept.fields.getlist("sign"), places(), now())
    if not known.photos:
        return known
    there = album.photos(services().database, REPORT.id(known.key, session.household))
    return replace(known, photos=len(there))


def keep() -> bool:
    """Keep the report that this request carries for its owner; whether they can go on with it."""
    drafts = services().drafts
    owner = drafts.owner(request.form.get("owner", ""), now())
    if owner is None or not drafts.keys.opens(g.visit):
        return False
    return drafts.keep(owner, request.form.items(multi=True), now()) == "kept"


def url(step: str, known: Draft, **changes: Any) -> str:
    """The address of a step, with what is known so far."""
    query = replace(known, **changes).query
    return f"/report/{step}?{urlencode(query)}" if query else f"/report/{step}"


def missing(known: Draft, *, signed_in: bool = True) -> Response | None:
    """The way to the step at which what this one needs is told; None when nothing is missing."""
    if not known.what:
        return redirect("/report/", 303)
    shared = is_spot(places(), known.place)
    if not shared and (not known.flat or known.what in SHARED_ONLY):
        return redirect(url("where", Draft(known.what)), 303)
    if resident() or (shared and not signed_in):
        return None
    if shared:
        return redirect(url("door", known), 303)
    return redirect(entrance(url("photo", known)), 303)


def entrance(address: str) -> str:
    """Where one signs in to go on to an address."""
    return f"/signin?{urlencode({'next': address})}"


def where(known: Draft) -> str:
    """The place of a draft, in words."""
    return str(gettext("Chez vous")) if known.flat else place_name(places(), known.place)


def page(template: str, known: Draft, **more: Any) -> str:
    """A step as HTML: its template knows the draft and the ways on."""
    return render_template(
        f"pages/report/{template}.html",
        draft=known,
        url=url,
        where=where(known) if known.place else "",
        owner=mark(),
        steps=STEPS,
        **more,
    )
