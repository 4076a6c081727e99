"""What follows once it is known who someone is: their session, their screen, their way on."""

import contextlib
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect
from werkzeug.wrappers import Response as BaseResponse

from kiosk.access.people import Identity
from kiosk.access.verify import Entrance
from kiosk.arrival import depart, set_visit
from kiosk.pages.signin import model
from kiosk.services import now, services, visitor
from kiosk.visitor import Look, remember
from sync.documents.preference import PREFERENCE, chosen
from sync.errors import SyncError


def welcome(entrance: Entrance, onward: str) -> Response:
    """Open a session under a new token, set the screen as the person wants it, lead on."""
    close()
    who = entrance.who
    mode = services().config.mode
    onward = onward or home(who.role)
    token = services().sessions.open(who, now(), mode)
    services().drafts.keys.hold(token, entrance.key)
    services().visits.act(token, services().sessions.get(token, now()), now())
    answer = make_response(redirect(_unfinished(token, who, onward) or onward, 303))
    set_visit(answer, token)
    return remember(answer, wanted(who, visitor().look), mode)


def _unfinished(token: str, who: Identity, onward: str) -> str:
    """The page that offers what this person was writing when their last visit ended; "" for none.

    Not to who is about to begin the same anew: there it is offered too, beside the rest.
    """
    with contextlib.suppress(SyncError):  # whoever is in stays in
        for draft in services().drafts.all(token, who.person, now()):
            if not onward.startswith(draft.way.rpartition("/")[0] + "/"):
                return f"/drafts/?{urlencode({'next': onward})}"
    return ""


def home(role: str) -> str:
    """Where one goes who asked for no page: home, or to the landlord's desk."""
    return model.WELCOME.get(role, "/")


def wanted(who: Identity, look: Look) -> Look:
    """What was chosen on this screen; else what the person chose before; else their language."""
    kept = Look().with_values({"language": who.language}).with_values(_kept(who))
    touched = {name: value for name, value in vars(look).items() if value != getattr(Look(), name)}
    return kept.with_values(touched)


def _kept(who: Identity) -> dict[str, str]:
    if not who.household:
        return {}
    with contextlib.suppress(SyncError):  # whoever is in stays in, with a plain screen
        found = services().database.get("private", PREFERENCE.id(who.person, who.household))
        if found and PREFERENCE.is_valid(found):
            return chosen(found)
    return {}


def close() -> None:
    """End this visit: its session, if there is one, its streams, its sentences.

    Asked for whatever this request knows: while the database is away nobody seems to be in.
    """
    services().visits.end(g.visit, now())


def farewell() -> BaseResponse:
    """Leave nothing of the visit on the screen: session, history, and on a shared one its look."""
    close()
    return depart(redirect("/", 303))
