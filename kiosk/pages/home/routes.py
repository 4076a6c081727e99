"""The first page, over HTTP."""

from flask import Blueprint, render_template

from kiosk.pages.home import model
from kiosk.reader import reader
from kiosk.services import services

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> str:
    """Today's important news first, then the few things one can do."""
    notices = model.today(services().database, reader(), room=2)
    return render_template("pages/home/home.html", notices=notices)
