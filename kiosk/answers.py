"""Every error becomes a page here: a sentence for the person, the details for the log."""

import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kiosk import late
from kiosk.security import ForeignOrigin, StaleForm
from sync.errors import Conflict, DiskFull, SyncError, Unreachable

log = logging.getLogger(__name__)

SECRET: Final = frozenset({"code", "card", "scan"})
"""Fields that no page gives back: who sent one begins anew at the door."""

MOST: Final = 64 * 2**10
"""Characters of names and values that a page gives back; no form of ours holds a third of it."""


def init_app(app: Flask) -> None:
    """Answer every error of this application."""
    app.register_error_handler(Unreachable, outage)
    app.register_error_handler(DiskFull, full)
    app.register_error_handler(Conflict, clash)
    app.register_error_handler(SyncError, failure)
    app.register_error_handler(StaleForm, stale)
    app.register_error_handler(ForeignOrigin, foreign)
    app.register_error_handler(HTTPException, refusal)
    app.register_error_handler(Exception, failure)


@dataclass(frozen=True)
class Again:
    """What was sent, to be sent again under the same id; ``files`` have to be chosen anew."""

    url: str
    fields: list[tuple[str, str]]
    files: list[str]


def outage(error: Exception) -> Response:
    """The database is away: the page keeps what was sent and sends it again.

    A form with a secret is not kept, nor one too large to come from a page of ours: the page then
    leads to where one begins, and does not say that nothing is lost.
    """
    log.warning("the database does not answer: %s", error)
    again = _again() if request.method == "POST" else None
    if request.method == "POST":
        g.here = _page_before()
    body = render_template(
        "layout/outage.html",
        again=again,
        lost=request.method == "POST" and again is None,
        onward=g.get("here"),
    )
    response = make_response(body, 503)
    response.headers["Retry-After"] = "2"
    return response


def _again() -> Again | None:
    sent = [(name, value) for name, values in request.form.lists() for value in values]
    fields = [(name, value) for name, value in sent if name != "csrf"]
    size = sum(len(name) + len(value) for name, value in fields)
    if size > MOST or not SECRET.isdisjoint(request.form):
        return None
    files = [name for name, file in request.files.items(multi=True) if file.filename]
    return Again(request.full_path.rstrip("?"), fields, list(dict.fromkeys(files)))


def _page_before() -> str:
    """The address that shows the page a form was sent from, as far as can be told."""
    if not SECRET.isdisjoint(request.form):
        onward = request.values.get("next")
        return f"/signin?{urlencode({'next': onward})}" if onward else "/signin"
    if "here" in g:
        return str(g.here)
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(method="GET") else "/"


def full(error: Exception) -> Response:
    """No room on the disk: nothing was kept but on the page, which sends it again when asked."""
    log.error("the disk is full: %s", error)
    return _say(
        gettext("Il n’y a plus de place ici"),
        gettext("Ce n’est pas gardé. Prévenez le gardien, puis réessayez."),
        507,
        image="bins",
        again=_again() if request.method == "POST" else None,
    )


def clash(error: Exception) -> Response:
    """Someone changed the same thing meanwhile."""
    log.warning("two wrote the same document: %s", error)
    return _say(
        gettext("Quelqu’un vient de changer cette page"),
        gettext("Regardez-la, puis recommencez si besoin."),
        409,
        onward=request.path,
    )


def stale(error: Exception) -> Response:
    """A form of a visit that has ended: its owner's draft, if it says whose it is."""
    log.info("a form came too late: %s", error)
    owner = late.owner()
    if owner:
        return late.page(owner)
    return _over(gettext("Rien n’est envoyé. Entrez à nouveau, puis recommencez."))


def ended() -> Response:
    """The first page asked for after a visit was ended since nobody acted."""
    return _over(gettext("Entrez avec votre code."))


def _over(sentence: str) -> Response:
    return _say(
        gettext("Votre visite est finie"),
        sentence,
        403,
        onward="/signin",
        onward_word=gettext("Entrer"),
        onward_picto="card",
        image="clock",
    )


def foreign(error: Exception) -> Response:
    """A form that no page of this portal has sent."""
    log.warning("%s %s from %s", request.method, request.path, request.headers.get("Origin"))
    return _say(
        gettext("Cette demande ne vient pas d’ici"),
        gettext("Rien n’est envoyé. Recommencez depuis l’accueil."),
        403,
        image="hand",
    )


def refusal(error: HTTPException) -> Response:
    """What HTTP itself refuses."""
    code = error.code or 500
    if code < 400:
        return error.get_response()
    sentences = {
        403: (gettext("Cette page n’est pas pour vous"), gettext("Entrez avec votre code.")),
        404: (gettext("Cette page n’existe pas"), gettext("Revenez à l’accueil pour continuer.")),
        413: (gettext("C’est trop lourd"), gettext("Choisissez une photo plus petite.")),
        429: (gettext("Un peu de patience"), gettext("Attendez un moment, puis réessayez.")),
    }
    title, sentence = sentences.get(
        code, (gettext("Cela n’a pas marché"), gettext("Revenez à l’accueil pour continuer."))
    )
    log.info("%s %s: %s", request.method, request.path, error)
    return _say(title, sentence, code, **_way_back() if code == 413 else {})


def _way_back() -> dict[str, str]:
    """To the page of the form, whose own address was never meant to be opened: it says itself."""
    page = request.referrer or ""
    if not page.startswith(request.host_url):
        return {}
    onward = page.removeprefix(request.host_url.rstrip("/"))
    return {"onward": onward, "onward_word": gettext("Revenir à la page"), "onward_picto": "back"}


def failure(error: Exception) -> Response:
    """What nobody foresaw: the log has it all, the page has a way on."""
    log.exception("%s %s", request.method, request.path, exc_info=error)
    return _say(
        gettext("Cela n’a pas marché"),
        gettext("Ce n’est pas vous. Revenez à l’accueil pour continuer."),
        500,
        image="repair",
    )


def _say(title: str, sentence: str, code: int, **more: Any) -> Response:
    g.here = "/"
    body = render_template("layout/sentence.html", title=title, sentence=sentence, **more)
    return make_response(body, code)
