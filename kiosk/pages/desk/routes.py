"""The desk's list and one report, over HTTP."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Response, abort, request

from kiosk.pager import begin, pager
from kiosk.pages.desk import labels, model
from kiosk.pages.desk.desk import blueprint, board, doors, shelves, show, trail
from kiosk.services import now, services
from sync import album
from sync.board import Case
from sync.clock import today
from sync.documents.report import REPORT, number

SIZES: Final = {"small": album.SMALL, "full": album.FULL}


@blueprint.get("/desk/")
def queue() -> str:
    """One queue, what is promised soonest first."""
    known = shelves()
    wish = model.wished(request.args, services().estate.places())
    found = known.select(wish)
    skip = begin(request, model.ROWS)
    shown = found[skip : skip + model.ROWS]
    return show(
        "list",
        known,
        wish,
        rows=_rows(shown),
        found=len(found),
        sheet=f"/desk/list.csv{trail()}",
        pager=pager(request, skip, model.ROWS, more=len(found) > skip + model.ROWS),
    )


def _rows(shown: Sequence[Case]) -> list[dict[str, Any]]:
    known = doors(shown)
    return [_row(case, known.get(case.household, "")) for case in shown]


def _row(case: Case, door: str) -> dict[str, Any]:
    """What a line of the table says of a case."""
    places, document = services().estate.places(), case.document
    residence = model.residence_of(document, places)
    flat = bool(document.get("flat"))
    return {
        "case": case,
        "url": address(case) + trail(),
        "number": number(document, places),
        "residence": places.get(residence),
        "spot": "" if document["place"] == residence else _spot(document["place"]),
        "door": door if flat else "",
        "households": board().households(case),
        "left": labels.left(case, today(now())),
        "late": case.is_late(today(now())),
        "dots": 4 if case.read else 3 if case.reached else 1,
    }


def _spot(slug: str) -> str:
    place = services().estate.places().get(slug)
    return str(place["name"]) if place else slug


def address(case: Case) -> str:
    """The page of a case."""
    if case.is_report:
        return f"/desk/{case.household}/{case.key}"
    return f"/desk/fault/{case.key}"


@blueprint.get("/desk/photo/<household>/<key>/<int:count>/<size>")
def photo(household: str, key: str, count: int, size: str) -> Response:
    """A photo of a report, "small" or "full"."""
    if size not in SIZES:
        abort(404)
    found = album.image(services().database, REPORT.id(key, household), count, SIZES[size])
    if found is None:
        abort(404)
    return Response(found, mimetype="image/jpeg")
