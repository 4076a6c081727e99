"""Joining, over HTTP: a code for who has signed in at a hall; a form on a computer of no estate."""

import logging
from typing import Final, cast
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, g, redirect, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from kiosk.access import codes
from kiosk.joining import LENGTH, Joining, NotJoined, Reason
from kiosk.pages.join.shown import Shown
from kiosk.services import now, services, visitor

log = logging.getLogger(__name__)
blueprint = Blueprint("join", __name__)

Answer = str | Response | tuple[str, int]

SHOWN: Final = "join-shown"
LONGEST: Final = 120
"""Characters of an address that is typed."""

WRONG: Final[dict[Reason, LazyString]] = {
    "code": _l("Ce n’est pas ce code. Regardez l’écran du hall."),
    "over": _l("Ce code est fini. Demandez-en un autre au hall."),
    "silent": _l("Rien ne répond à cette adresse. Vérifiez-la."),
    "stranger": _l("À cette adresse, ce n’est pas votre hall."),
    "other": _l("Ce code est celui d’un autre logement."),
    "failed": _l("Cela n’a pas marché. Réessayez dans un moment."),
}
NO_ADDRESS: Final = _l("Tapez l’adresse qui est sur l’écran du hall.")
NO_CODE: Final = _l("Tapez les dix signes du code.")


def shown() -> Shown:
    """The invitations on the screens of this portal; a visit that ends takes its own along."""
    known = current_app.extensions
    if SHOWN not in known:
        known[SHOWN] = Shown()
        services().visits.at_end(known[SHOWN].drop)
    return cast(Shown, known[SHOWN])


@blueprint.get("/join/")
def show() -> Answer:
    """The code, or how to get one; on a computer that may join, the form."""
    g.here = "/join/"
    joining, who = services().joining, visitor()
    if joining is None:
        return render_template("pages/join/none.html")
    if joining.is_free:
        return _form()
    if who.session is None:
        return redirect(f"/signin?{urlencode({'next': '/join/'})}", 303)
    if not who.is_resident:
        abort(403)
    invitation = shown().get(g.visit, now())
    code = codes.show(invitation.code).strip() if invitation else ""
    return render_template("pages/join/invite.html", invitation=invitation, code=code)


@blueprint.post("/join/code")
def invite() -> Answer:
    """Make a code for the household of this visit, and show it."""
    joining, session = services().joining, visitor().session
    if joining is None or session is None or not session.household:
        abort(404)
    g.here = "/join/"
    try:
        shown().keep(g.visit, joining.invite(session.household))
    except NotJoined as refused:
        log.warning("no invitation is made: %s", refused)
        sentence = WRONG["failed"]
        return render_template("pages/join/invite.html", invitation=None, wrong=sentence), 503
    return redirect("/join/", 303)


@blueprint.post("/join/")
def join() -> Answer:
    """Join the hall that was typed, with the code that stands on its screen."""
    joining = services().joining
    if joining is None or not joining.is_free:
        abort(404)
    g.here = "/join/"
    address = request.form.get("address", "").strip()[:LONGEST]
    code = codes.normalise(request.form.get("code", ""))
    wrong = _wrong(joining, address, code)
    if wrong:
        return _form(address, *wrong), 422
    return render_template("pages/join/joined.html")


def _wrong(joining: Joining, address: str, code: str) -> tuple[str, LazyString] | None:
    """The field that is wrong and why, once it was tried; None when the computer has joined."""
    if not address:
        return "address", NO_ADDRESS
    if len(code) != LENGTH:
        return "code", NO_CODE
    try:
        joining.join(address, code)
    except NotJoined as refused:
        log.warning("joining %s: %s", address, refused)
        return "code" if refused.reason in ("code", "over", "other") else "address", WRONG[
            refused.reason
        ]
    return None


def _form(address: str = "", field: str = "", sentence: LazyString | None = None) -> str:
    return render_template("pages/join/join.html", address=address, field=field, wrong=sentence)
