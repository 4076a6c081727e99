"""What the window asks for by itself, over HTTP."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from kiosk.pages.still import model
from kiosk.services import services, visitor

blueprint = Blueprint("still", __name__)


@blueprint.get("/still")
def show() -> Response:
    """{"keepers": ["Gérard Rossi, 04 91 00 00 00"]}: none where nobody is known."""
    return jsonify(keepers=model.keepers(services().database, visitor().places))
