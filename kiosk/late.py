"""A form that comes when its visit has ended: it becomes its owner's draft, and nobody else's."""

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from kiosk.access.marks import Owner
from kiosk.services import services
from sync import clock


def owner() -> Owner | None:
    """Whose form this request sends, by the mark it carries; None for a passer-by's."""
    return services().drafts.owner(request.form.get("owner", ""), clock.now())


def page(whose: Owner) -> Response:
    """Keep what was typed, sealed, and say so; what was typed is shown to its owner at most.

    The guard asks for it too, before anyone asked who comes: rendering the page asks.
    """
    fate = services().drafts.keep(whose, request.form.items(multi=True), clock.now())
    g.here = "/"
    body = render_template(
        "layout/late.html",
        fate=fate,
        whose=whose,
        typed=request.form.get("words", "").strip(),
        files=any(file.filename for file in request.files.values()),
    )
    return make_response(body, 403)
