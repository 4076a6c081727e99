"""What the steps share: the draft of this request, whose it is, and the way to the next step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import current_app, g, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.access.sessions import Session
from kiosk.naming import place_name
from kiosk.pages.report.drafts import Drafts
from kiosk.pages.report.model import Draft, read
from kiosk.pages.report.spots import SHARED_ONLY, is_spot
from kiosk.security import READING, StaleForm
from kiosk.services import now, services, visitor
from sync.documents.kind import Document

STEPS: Final = 5


def places() -> Mapping[str, Document]:
    """The places of the estate, by slug."""
    return services().estate.places()


def drafts() -> Drafts:
    """What people were writing on this portal."""
    known = current_app.extensions
    if "drafts" not in known:
        known["drafts"] = Drafts(services().config.portal_key)
    found: Drafts = known["drafts"]
    return found


def resident() -> Session | None:
    """The session of this request, where a household stands behind it.

    Raises what the database raised, when it cannot say now whether there is one.
    """
    if "unknown" in g:
        raise g.unknown
    return visitor().session if visitor().is_resident else None


def draft() -> Draft:
    """The draft that this request carries.

    Raises StaleForm for a form that was drawn for another person's visit than this one.
    """
    reading = request.method in READING
    fields = request.args if reading else request.form
    owner = "" if reading else drafts().owner(fields.get("owner", ""))
    session = resident()
    if owner and (session is None or session.person != owner):
        raise StaleForm
    return read(fields, fields.getlist("sign"), places(), now())


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
    session = resident()
    return render_template(
        f"pages/report/{template}.html",
        draft=known,
        url=url,
        where=where(known) if known.place else "",
        owner=drafts().seal(session.person) if session else "",
        steps=STEPS,
        **more,
    )
