"""The desk's list as a file for a spreadsheet."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from flask import Response, request
from flask_babel import gettext

from kiosk import words
from kiosk.pages.desk import model
from kiosk.pages.desk.desk import blueprint, board, doors, shelves
from kiosk.services import now, services
from sync.board import Case
from sync.clock import ESTATE, instant, today
from sync.documents.report import number

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run at the head of a cell (OWASP, "CSV Injection")."""

PART: Final = 200
"""Cases whose doors are asked for at once."""


@blueprint.get("/desk/list.csv")
def sheet() -> Response:
    """All cases of a wish, in the list's order. Semicolons and a mark of UTF-8, for Excel."""
    wish = model.wished(request.args, services().estate.places())
    found = shelves().select(wish)
    rows = [_head(), *_rows(found)]
    text = StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([[_plain(cell) for cell in row] for row in rows])
    name = f"demandes-{today(now()).isoformat()}.csv"
    return Response(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _head() -> list[str]:
    return [
        gettext("Numéro"),
        gettext("Date"),
        gettext("Quoi"),
        gettext("Résidence"),
        gettext("Où"),
        gettext("Porte"),
        gettext("Foyers"),
        gettext("État"),
        gettext("Jour promis"),
        gettext("Mots"),
    ]


def _rows(found: model.Cases) -> Iterator[list[str]]:
    places = services().estate.places()
    for start in range(0, len(found), PART):
        part = found[start : start + PART]
        known = doors(part)
        for case in part:
            yield _row(case, known.get(case.household, ""), places)


def _row(case: Case, door: str, places: model.Places) -> list[str]:
    document = case.document
    residence = places.get(model.residence_of(document, places))
    place = places.get(document["place"])
    return [
        number(document, places),
        instant(document["at"]).astimezone(ESTATE).date().isoformat(),
        str(words.CATEGORY[document["category"]]),
        str(residence["name"]) if residence else "",
        str(place["name"]) if place else str(document["place"]),
        door if document.get("flat") else "",
        str(board().households(case) or ""),
        " / ".join(str(words.STATE[state]) for state in case.states or ("sent",)),
        case.promised.isoformat() if case.promised else "",
        str(document.get("words", "")),
    ]


def _plain(cell: str) -> str:
    """A cell that is read, and never run."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
