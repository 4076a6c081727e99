"""``/live``: one server-sent stream for each screen."""

from flask import Blueprint, Response, g

from kiosk.services import services, visitor

blueprint = Blueprint("live", __name__)


@blueprint.get("/live")
def stream() -> Response:
    """Words for this visitor, until they leave; 503 when too many screens listen already."""
    if services().live.is_full:
        return Response("", 503)
    session = visitor().session
    owner = "" if session is None else session.household or "staff"
    lines = services().live.stream(owner, g.visit)
    return Response(lines, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
