"""Signing in and leaving, over HTTP: a card alone, or a door (for staff: a name), then a code."""

from flask import Blueprint, abort, make_response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.access import cards
from kiosk.access.verify import Refused
from kiosk.pages.signin import asking, entering, model, showing
from kiosk.services import now, services, visitor

blueprint = Blueprint("signin", __name__)


@blueprint.get("/signin")
def show() -> Response | str:
    """The card, and the first thing to say; who is in already goes on."""
    session = visitor().session
    if session:
        return redirect(asking.onward() or entering.home(session.role), 303)
    return asking.start()


@blueprint.get("/signin/door")
def ask_door() -> str:
    """Which door of a staircase."""
    return asking.door()


@blueprint.get("/signin/staff")
def ask_name() -> str:
    """Which of those who work here."""
    return asking.name()


@blueprint.get("/signin/code")
def ask_code() -> Response | str:
    """The code of whoever named a door, or themselves."""
    if "staff" in request.args or model.door(request.args.get("door", "")):
        return asking.code()
    return make_response(asking.door(wrong=True), 422)


blueprint.get("/signin/camera")(showing.ask)
blueprint.post("/signin/frame")(showing.look)


@blueprint.post("/signin")
def enter() -> Response:
    """Whoever the card or the code belongs to comes in; else the page says what to do."""
    scan = request.form.get("scan")
    typed = request.form.get("code", "") if scan is None else scan
    if cards.normalise(typed):
        return _admit_card(typed)
    if scan is not None:
        return make_response(asking.start(gettext("Cette carte n’est pas d’ici.")), 422)
    return _admit_code(_account(), typed)


def _admit_card(scan: str) -> Response:
    who = services().verifier.by_card(scan, now())
    if who:
        return entering.welcome(who, asking.onward())
    sentence = gettext("Cette carte n’ouvre plus. Demandez-en une autre au gardien.")
    return make_response(asking.start(sentence), 422)


def _account() -> str:
    id = request.form.get("staff", "")
    if id:
        return id if model.STAFF_ID.fullmatch(id) else abort(404)
    staircase, door = asking.staircase(), model.door(request.form.get("door", ""))
    if not door:
        abort(404)
    return model.account(services().estate.places(), staircase, door)


def _admit_code(account: str, typed: str) -> Response:
    if not typed.strip():
        return make_response(asking.code(wrong_code=gettext("Tapez votre code.")), 422)
    found = services().verifier.by_code(account, typed, now())
    if isinstance(found, Refused):
        return _refuse(found)
    return entering.welcome(found, asking.onward())


def _refuse(refused: Refused) -> Response:
    """The page again, never with what was typed; 429 when the code was not even looked at."""
    sentences = {
        "typo": gettext("Il y a une faute dans ce code. Regardez votre papier."),
        "wrong": gettext("Ce code ne va pas avec ce nom.")
        if "staff" in request.form
        else gettext("Ce code ne va pas avec cette porte."),
        "early": gettext("C’est trop tôt pour réessayer."),
    }
    page = asking.code(wrong_code=sentences[refused.why], wait=refused.wait_seconds)
    answer = make_response(page, 429 if refused.why == "early" else 422)
    if refused.wait_seconds:
        answer.headers["Retry-After"] = str(refused.wait_seconds)
    return answer


@blueprint.post("/leave")
def leave() -> Response:
    """End the visit; nothing of it is left on the screen."""
    return entering.farewell()
