"""``/healthz``: JSON, 200 when pages can be shown and 503 when not."""

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from kiosk.services import services

blueprint = Blueprint("healthz", __name__)


def installed() -> str:
    """The version of Résidacœur that runs."""
    try:
        return version("residacoeur")
    except PackageNotFoundError:
        return "0"


@blueprint.get("/healthz")
def show() -> tuple[Response, int]:
    """{"database": bool, "voice": [languages], "version": text}."""
    up = services().database.up()
    voice = sorted(services().voice.languages())
    state = {"database": up, "voice": voice, "version": installed()}
    return jsonify(state), 200 if up else 503
