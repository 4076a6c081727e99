"""The emergency numbers, over HTTP: this page answers whatever else does not."""

import logging

from flask import Blueprint, render_template

from kiosk.pages.emergency import model
from kiosk.pages.emergency.numbers import NUMBERS
from kiosk.services import services, visitor
from sync.errors import SyncError

log = logging.getLogger(__name__)

blueprint = Blueprint("emergency", __name__)


@blueprint.get("/emergency/")
def show() -> str:
    """France's numbers, then the landlord's own as far as they are known."""
    lines = [*_keepers(), *model.offices(services().estate.places())]
    return render_template("pages/emergency/emergency.html", numbers=NUMBERS, lines=lines)


def _keepers() -> list[model.Line]:
    try:
        return model.keepers(services().database, visitor().places)
    except SyncError as error:
        log.info("the caretaker's number is left out: %s", error)
        return []
