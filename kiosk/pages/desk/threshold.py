"""The desk has a look of its own: crossing its threshold opens a whole page, not a part of one."""

from typing import Final
from urllib.parse import urlsplit

from flask import Response, request
from flask_htmx import HTMX, make_response

from kiosk.pages.desk.desk import blueprint

DESK: Final = "/desk/"

htmx = HTMX()


@blueprint.before_app_request
def cross() -> Response | None:
    """Send a boosted link into the desk, or out of it, on as an ordinary one.

    By htmx's own header (https://htmx.org/headers/hx-redirect/).
    """
    came = htmx.current_url
    if request.method != "GET" or not came or not htmx:
        return None
    if inside(came) == request.path.startswith(DESK):
        return None
    path = "/" + request.full_path.rstrip("?").lstrip("/")
    onward: Response = make_response(redirect=path)
    return onward


def inside(address: str) -> bool:
    """Whether an address that a browser names is one of the desk's."""
    try:
        return urlsplit(address).path.startswith(DESK)
    except ValueError:  # "http://[": no address
        return False
