"""What was written in two places at once, for the administrator."""

from typing import Final, cast

from flask import abort, current_app, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.pager import begin, pager, room
from kiosk.pages.halls import labels
from kiosk.pages.halls.routes import blueprint
from kiosk.services import services, visitor
from sync.conflicts import Conflicts

KIND: Final[dict[str, LazyString]] = {
    "notice": _l("Nouvelle"),
    "works": _l("Travaux"),
    "emergency": _l("Message d’urgence"),
    "place": _l("Lieu"),
    "fault": _l("Panne"),
    "report": _l("Demande"),
    "event": _l("Réponse"),
    "preference": _l("Réglages d’un habitant"),
    "verifier": _l("Code d’un habitant"),
    "failure": _l("Codes refusés"),
}
OTHER: Final = _l("Autre document")
PICTO: Final = {
    "notice": "news",
    "works": "works",
    "emergency": "emergency",
    "place": "pin",
    "fault": "repair",
    "report": "message",
    "event": "message",
    "preference": "settings",
    "verifier": "card",
    "failure": "lock",
}

CONFLICTS: Final = "halls-conflicts"


def _conflicts() -> Conflicts:
    """The split documents of this node, followed once for the whole portal."""
    known = current_app.extensions
    if CONFLICTS not in known:
        known[CONFLICTS] = Conflicts(services().database)
    return cast(Conflicts, known[CONFLICTS])


@blueprint.get("/halls/merged")
def merged() -> str:
    """Every document that two machines wrote apart, as a reader now sees it."""
    who = visitor()
    if not who.is_administrator:
        abort(403)
    found, limit = _conflicts().found(), room(who.mode, who.look.size)
    skip = begin(request, limit)
    return render_template(
        "pages/halls/merged.html",
        splits=found[skip : skip + limit],
        count=len(found),
        kinds=KIND,
        other=OTHER,
        labels=labels,
        pictos=PICTO,
        pager=pager(request, skip, limit, more=len(found) > skip + limit),
    )
