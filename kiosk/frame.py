"""What the frame of every page shows: where the screen stands, the hour, alarms, ways to set it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import g, request
from flask_babel import gettext

from i18n.languages import LANGUAGES, choose
from kiosk.conformity import mention
from kiosk.naming import place_name, short_name
from kiosk.outage import cut_at
from kiosk.services import Services
from kiosk.visitor import CHOICES, Look, Visitor
from sync.clock import ESTATE
from sync.documents.kind import Document
from sync.errors import SyncError
from sync.waiting import waiting

log = logging.getLogger(__name__)

SHEETS: Final = (
    "css/tokens.css",
    "css/ground.css",
    "css/frame.css",
    "css/parts.css",
    "css/idle.css",
)
SCRIPTS: Final = ("js/page.js",)
"""The others come when they are needed: page.js says when."""
HEART: Final = "js/beat.js"
WINDOW: Final = "ResidacoeurWindow/"
"""In the User-Agent of the node's own window, which wants to know whether its page lives."""
QUIET: Final = 60
"""Seconds for which a shared screen shows its first page to nobody."""
LEFT: Final = 180
"""As long for any other page, where it is a television: on a kiosk visits end by themselves."""
SETTINGS: Final = ("lang", "size", "theme", "rate")


def here() -> str:
    """The address that shows this page again: a view may name a better one than its own."""
    return str(g.get("here") or request.full_path.rstrip("?"))


def look_url(**values: str) -> str:
    """This page with the screen set otherwise."""
    path, _, query = here().partition("?")
    return f"{path}?{query + '&' if query else ''}{urlencode(values)}"


def following(name: str, value: str) -> str:
    """The choice after this one, round and round: for keys that turn through the sizes."""
    words = CHOICES[name]
    return words[(words.index(value or words[0]) + 1) % len(words)]


def frame(services: Services) -> dict[str, Any]:
    """The variables of the frame. The estate is read from memory: this asks no database."""
    visitor: Visitor = g.visitor
    places = services.estate.places()
    residence = _residence(visitor, places)
    return {
        "visitor": visitor,
        "now": g.now.astimezone(ESTATE),
        "alarms": services.estate.emergencies(g.now, visitor.places),
        "residence": residence,
        "emblem": residence.get("emblem") if residence else None,
        "spot": _spot(visitor, places),
        "languages": LANGUAGES.values(),
        "here": here(),
        "next_size": following("size", visitor.look.size),
        "unlit": visitor.mode == "home" and not visitor.look.theme,
        "next_theme": _next_theme(visitor),
        "low": visitor.mode == "kiosk" and visitor.look.layout == "low",
        "rest": resting(visitor),
        "weather": services.line.weather(g.now),
        "outage": cut_at(services, g.now),
        "own_waiting": lambda: own_waiting(services),
        "mention": mention(),
        "speaks": visitor.language.voice in services.voice.languages(),
        "sheets": SHEETS,
        "scripts": (*SCRIPTS, HEART) if WINDOW in request.user_agent.string else SCRIPTS,
        "places": places,
        "place_name": lambda slug: place_name(places, slug),
        "at_home": request.path == "/",
        "left": None if _is_untouched(visitor) else services.visits.left(g.visit, g.now),
    }


def own_waiting(services: Services) -> int:
    """How many of the visitor's own things wait here; 0 for a passer-by, or when nobody can say."""
    session = g.visitor.session
    if session is None or not session.household:
        return 0
    try:
        return waiting(
            services.database, session.household, session.person, services.config.node.id
        )
    except SyncError as error:  # the page that names what is cut stands when little else does
        log.info("nobody can say what waits: %s", error)
        return 0


def resting(visitor: Visitor) -> int | None:
    """Seconds untouched after which this page goes to rest, where no visit runs out before."""
    if visitor.mode == "home" or visitor.session or request.path == "/rest":
        return None
    return QUIET if request.path == "/" else LEFT


def _next_theme(visitor: Visitor) -> str:
    """What the key "Contraste" leads to: contrast itself, where the computer's own wish stands."""
    chosen = visitor.look.theme
    return "contrast" if visitor.mode == "home" and not chosen else following("theme", chosen)


def _is_untouched(visitor: Visitor) -> bool:
    """Whether the screen is as one finds it: there is nothing to forget, and no time runs out."""
    usual = choose("", None, accepted=request.headers.get("Accept-Language", ""))
    look = replace(visitor.look, language="")
    known = visitor.session or look != Look() or visitor.language != usual
    return request.path == "/" and not known


def _residence(visitor: Visitor, places: Mapping[str, Document]) -> Document | None:
    known = (places.get(slug) for slug in visitor.places)
    return next((place for place in known if place and place["type"] == "residence"), None)


def _spot(visitor: Visitor, places: Mapping[str, Document]) -> str:
    """The line under the residence's name: whose screen, or which staircase."""
    if visitor.session and visitor.mode != "kiosk":
        return visitor.session.name
    if visitor.places and visitor.places[0] in places:
        return short_name(places[visitor.places[0]])
    return str(gettext("Le portail des locataires"))
