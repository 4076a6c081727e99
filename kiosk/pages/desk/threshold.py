"""The desk has a look of its own: crossing its threshold opens a whole page, not a part of one."""

from typing import Final
from urllib.parse import urlsplit

from flask import Response, request

from kiosk.pages.desk.desk import blueprint

DESK: Final = "/desk/"


@blueprint.before_app_request
def cross() -> Response | None:
    """Send a boosted link into the desk, or out of it, on as an ordinary one.

    By htmx's own header (https://htmx.org/headers/hx-redirect/).
    """
    came = request.headers.get("HX-Current-URL", "")
    if request.method != "GET" or not came or "HX-Request" not in request.headers:
        return None
    if urlsplit(came).path.startswith(DESK) == request.path.startswith(DESK):
        return None
    path = "/" + request.full_path.rstrip("?").lstrip("/")
    return Response(headers={"HX-Redirect": path})
