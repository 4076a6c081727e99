"""One draft at a time, offered to its owner: yes leads to the form filled in, no deletes it."""

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from kiosk.access.sessions import Session
from kiosk.drafts import Draft
from kiosk.paths import local
from kiosk.services import now, services, visitor

blueprint = Blueprint("drafts", __name__)

ASKED: Final[dict[str, tuple[LazyString, str]]] = {
    "report": (_l("Vous aviez commencé un signalement. Le reprendre ?"), "repair"),
    "answer": (_l("Vous aviez commencé une réponse. La reprendre ?"), "message"),
}
"""What is asked of a draft, and its picture, by the name of its form."""

OTHER: Final = (_l("Vous aviez commencé à écrire. Le reprendre ?"), "write")


def _session() -> Session:
    session = visitor().session
    assert session is not None  # the page's declaration asks for one
    return session


def _mine() -> list[Draft]:
    return services().drafts.all(g.visit, _session().person, now())


@blueprint.get("/drafts/")
def ask() -> Response | str:
    """The newest draft of who is in; who has none goes on to ``next``."""
    onward = local(request.args.get("next", "/"))
    drafts = _mine()
    if not drafts:
        return redirect(onward, 303)
    question, picture = ASKED.get(drafts[0].form, OTHER)
    return render_template(
        "pages/drafts/drafts.html",
        draft=drafts[0],
        question=question,
        picture=picture,
        onward=onward,
        back=onward,
    )


@blueprint.post("/drafts/drop")
def drop() -> Response:
    """Delete one; then the next is asked about, or one goes on."""
    form = request.form.get("form", "")
    if form in [draft.form for draft in _mine()]:
        services().drafts.drop(_session().person, form)
    onward = {"next": local(request.form.get("next", "/"))}
    return redirect(f"/drafts/?{urlencode(onward)}", 303)
