"""What every page of the desk shares: its blueprint, its cases, the rail at its side."""

from collections.abc import Sequence
from typing import Any, Final, cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request

from kiosk.access.sessions import Session
from kiosk.frame import SHEETS
from kiosk.pages.desk import labels, model
from kiosk.services import now, said, services, visitor
from sync.board import Board, Case
from sync.clock import today
from sync.documents import sound
from sync.documents.account import HOUSEHOLD
from sync.receipts import receive

blueprint = Blueprint("desk", __name__)

TRAIL: Final = ("queue", "residence", "q", "n")
"""What tells a page of the list."""

AT_ONCE: Final = 200
"""Reports acknowledged by one look at the list; the next look goes on."""

BOARD, SHELVES = "desk-board", "desk-shelves"


def session() -> Session:
    """The session of the member of staff; there is one on every page of the desk."""
    return cast(Session, visitor().session)


def board() -> Board:
    """The cases of this node, read once for the whole portal."""
    known = current_app.extensions
    if BOARD not in known:
        known[BOARD] = Board(services().database)
    return cast(Board, known[BOARD])


def shelves() -> model.Shelves:
    """Every case in order, once those that have just come are acknowledged in HMP's name."""
    found = _ordered()
    if not found.arrived or not services().is_landlord:
        return found
    arrived = [case.id for case in found.arrived[:AT_ONCE]]
    receive(services().database, arrived, now=said(), origin=services().origin)
    return _ordered()


def _ordered() -> model.Shelves:
    known, cases = current_app.extensions, board().cases(now())
    places, day = services().estate.places(), today(now())
    kept: model.Shelves | None = known.get(SHELVES)
    if kept is None or not kept.stand(cases, places, day):
        kept = known[SHELVES] = model.Shelves(cases, places, day)
    return kept


def doors(shown: Sequence[Case]) -> dict[str, str]:
    """The doors of the flats among the cases, by household: asked at once, for these rows alone."""
    homes = list(dict.fromkeys(c.household for c in shown if c.document.get("flat")))
    found = services().database.many("accounts", [HOUSEHOLD.id(home) for home in homes])
    known = sound(document for document in found if document)
    return {d["_id"].partition(":")[2]: str(d["door"]) for d in known}


def trail(**more: str) -> str:
    """The query of the list one came from, so that the way back leads there again."""
    kept = {name: request.args[name] for name in TRAIL if request.args.get(name)}
    return f"?{urlencode({**kept, **more})}" if kept or more else ""


def url(**wish: str) -> str:
    """The list with this wish; what is not asked is left out."""
    kept = {name: value for name, value in wish.items() if value}
    return f"/desk/?{urlencode(kept)}" if kept else "/desk/"


def show(name: str, known: model.Shelves, wish: model.Wish | None = None, **more: Any) -> str:
    """A page of the desk, with its rail; ``wish``: where in the lists one is."""
    here = wish or model.Wish(queue="")
    return render_template(
        f"pages/desk/{name}.html",
        mode="desk",
        sheets=(*SHEETS, "css/desk.css"),
        wish=here,
        counts=known.counts(),
        residences=known.tally(here.queue or "open"),
        labels=labels,
        today=today(now()),
        list_url=url,
        **more,
    )
