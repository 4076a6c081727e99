"""The beginning and end of every request: who comes, where they are, how they want the screen."""

import logging
from typing import Final
from urllib.parse import quote, urlencode

from flask import Flask, abort, g, make_response, redirect, request
from werkzeug.wrappers import Response

from kiosk import answers, cookies
from kiosk.access.sessions import Session
from kiosk.access.tokens import new_token
from kiosk.homes import Homes
from kiosk.page import Page
from kiosk.security import READING, StaleForm
from kiosk.services import Services, said
from kiosk.visitor import CHOICES, Look, Visitor, forget, look_of, remember, wished
from kiosk.visits import Visit
from sync import clock
from sync.documents.place import chain
from sync.documents.preference import PREFERENCE, choose
from sync.errors import Conflict, SyncError

log = logging.getLogger(__name__)

UNTOUCHED: Final = frozenset({"live", "listen", "visit", "static", "healthz", "rest", "still"})
"""Blueprints whose requests are no act of a person: a stream, a sound, a file, a check. Nor is a
page that the screen asks for by itself, with ``X-Live``, since something changed."""

FORGET: Final = '"cache", "storage"'
"""W3C Clear Site Data: what the browser itself still holds of who was here, back pages included."""

NAMES: Final = {name: name for name in CHOICES if name != "language"} | {"lang": "language"}
"""What a link may set of the screen, by its name in the query."""


class Arrivals:
    """Knows the visitor of each request. One for the whole portal."""

    def __init__(self, services: Services, pages: list[Page]) -> None:
        self._services = services
        self._who = {page.blueprint.name: page.who for page in pages}
        self._homes = Homes(services.database)

    def init_app(self, app: Flask) -> None:
        """Meet every request of ``app`` after the guard, and take leave of it."""
        app.before_request(self.receive)
        app.after_request(self.leave)

    def receive(self) -> Response | None:
        """Know the visitor; set the screen as the link asks; show staff's pages to staff alone."""
        if request.endpoint == "static":
            g.now = clock.now()
            return None
        self.know()
        way = self._carry_on() if request.method in READING else None
        if way:
            return way
        self._expect_owner()
        if request.method in READING and not NAMES.keys().isdisjoint(request.args):
            return self._set_look()
        return self._admit(self._who.get(request.blueprint or "", "anyone"))

    def know(self) -> Visitor:
        """The visitor of this request; the same however often it is asked."""
        if "visitor" in g:
            known: Visitor = g.visitor
            return known
        g.now = clock.now()
        g.visit = request.cookies.get(cookies.visit_name()) or new_token()
        session = self._session()
        look, language = wished(request, session)
        mode = self._services.config.mode
        visitor = Visitor(look, language, mode, session, self._places(session))
        g.visitor = visitor
        if request.method not in READING and is_act():
            self._services.visits.act(g.visit, session, g.now)
        return visitor

    def _expect_owner(self) -> None:
        """Raise StaleForm for a form that was drawn for another person's visit than this one."""
        word = "" if request.method in READING else request.form.get("owner", "")
        owner = self._services.drafts.owner(word, g.now) if word else None
        session = g.visitor.session
        if owner and "unknown" not in g and (session is None or session.person != owner.person):
            raise StaleForm

    def _carry_on(self) -> Response | None:
        """Let the visit go on; after one that was ended say so, or clean the screen."""
        if not is_act():
            return None
        visits = self._services.visits
        visit = visits.over(g.visit, g.now)
        way = self._begin_anew(visit) if visit else None
        if way is None:
            visits.act(g.visit, g.visitor.session, g.now)
        return way

    def _begin_anew(self, visit: Visit) -> Response | None:
        if visit.signed and request.blueprint != "signin":
            g.visit = new_token()
            return depart(answers.ended())
        if look_of(request.cookies.get(cookies.look_name(), "")) == Look():
            return None
        here = _address(list(request.args.items(multi=True)))
        answer = make_response(redirect(here, 303))
        if "HX-Request" in request.headers:  # a part of a page would keep the others' language
            answer = make_response("", 204, {"HX-Redirect": here})
        return depart(answer)

    def _session(self) -> Session | None:
        if cookies.visit_name() not in request.cookies:
            return None
        try:
            return self._services.sessions.get(g.visit, g.now, touch=is_act())
        except SyncError as error:
            g.unknown = error  # nobody can say now whether someone is signed in
            return None

    def _places(self, session: Session | None) -> tuple[str, ...]:
        places, node = self._services.estate.places(), self._services.config.node
        own = self._homes.staircase(session.household) if session and session.household else ""
        return chain(places, own) or chain(places, node.staircase or node.residence or "")

    def _set_look(self) -> Response:
        """Turn ``?lang=ar`` into a cookie and the plain address of the same page."""
        values = {NAMES[k]: v for k, v in request.args.items() if k in NAMES}
        look = g.visitor.look.with_values(values)
        keep_preference(self._services, g.visitor.session, look)
        rest = [(k, v) for k, v in request.args.items() if k not in NAMES]
        answer = redirect(_address(rest), 303)
        remember(answer, look, self._services.config.mode)  # type: ignore[arg-type]
        return answer

    def _admit(self, who: str) -> Response | None:
        visitor: Visitor = g.visitor
        if who == "anyone" or (who == "landlord" and visitor.is_landlord):
            return None
        if who == "resident" and visitor.session:
            return None
        if who == "administrator" and visitor.is_administrator:
            return None
        if visitor.session:
            abort(403)
        if "unknown" in g:
            raise g.unknown
        if request.method not in READING:
            raise StaleForm
        return redirect(f"/signin?{urlencode({'next': request.full_path.rstrip('?')})}", 303)

    def leave(self, response: Response) -> Response:
        """Give a newcomer the cookie that their forms are tied to."""
        visit = g.get("visit")
        if visit and request.cookies.get(cookies.visit_name()) != visit:
            set_visit(response, visit)
        return response


def is_act() -> bool:
    """Whether a person has sent this request, and not a screen by itself."""
    return request.blueprint not in UNTOUCHED and "X-Live" not in request.headers


def _address(query: list[tuple[str, str]]) -> str:
    """The path of this request with another query."""
    # Never "//host", which names another site; nor a tab, which browsers drop: "/\t/host".
    path = quote("/" + request.path.lstrip("/"))
    return f"{path}?{urlencode(query)}" if query else path


def depart(response: Response) -> Response:
    """Leave nothing of a visit with the browser: cookie, pages, on a shared screen its look.

    Who comes next begins a visit of their own.
    """
    before = request.cookies.get(cookies.visit_name())
    set_visit(response, g.visit if g.visit != before else new_token())
    if g.visitor.mode != "home":
        forget(response)
    response.headers["Clear-Site-Data"] = FORGET
    return response


def set_visit(response: Response, token: str) -> None:
    """Tie the browser to a visit, until it closes."""
    response.set_cookie(cookies.visit_name(), token, httponly=True, samesite="Lax")
    g.visit = token


def keep_preference(services: Services, session: Session | None, look: Look) -> None:
    """Write how a signed-in resident wants the screen, so that any screen knows it.

    Where that cannot be written the screen at hand is set all the same: its cookie says how.
    """
    if session is None or not session.household:
        return
    try:
        _write_preference(services, session, look)
    except Conflict:
        log.info("another screen was quicker: its preference stands")
    except SyncError as error:
        log.warning("a preference is not kept: %s", error)


def _write_preference(services: Services, session: Session, look: Look) -> None:
    id = PREFERENCE.id(session.person, session.household)
    stamp = clock.stamp(said())
    values = {name: str(getattr(look, name)) for name in CHOICES}
    known = services.database.get("private", id) or PREFERENCE.new(
        session.person,
        household=session.household,
        at=stamp,
        by=session.person,
        origin=services.origin,
        values={},
    )
    PREFERENCE.validate(known)
    if known["v"] <= PREFERENCE.newest:
        services.database.put("private", choose(known, stamp, **values))
