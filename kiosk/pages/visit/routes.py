"""``/visit/…``: what the warning asks the server; by themselves these requests are no act."""

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from kiosk.arrival import depart
from kiosk.services import now, services

blueprint = Blueprint("visit", __name__)


@blueprint.get("/visit/left")
def left() -> Response:
    """{"left": seconds until the visit ends}: 0 when it has ended, null when it has no limit."""
    return jsonify(left=services().visits.left(g.visit, now()))


@blueprint.post("/visit/extend")
def extend() -> Response:
    """Someone is still here: a visit that has not ended goes on for its whole time."""
    visits = services().visits
    if not visits.over(g.visit, now()):
        visits.act(g.visit, services().sessions.get(g.visit, now()), now())
    return left()


@blueprint.post("/visit/draft")
def draft() -> Response:
    """{"kept": whether what was typed in a form is kept for the owner whose mark it carries}.

    A page sends it as its visit ends; once that is over, :mod:`kiosk.late` does the same.
    """
    owner = services().drafts.owner(request.form.get("owner", ""), now())
    if owner is None:
        return jsonify(kept=False)
    fate = services().drafts.keep(owner, request.form.items(multi=True), now())
    return jsonify(kept=fate == "kept")


@blueprint.post("/visit/end")
def end() -> BaseResponse:
    """Nobody is here any more: nothing of the visit is left on the screen."""
    services().visits.end(g.visit, now())
    return depart(Response(status=204))
