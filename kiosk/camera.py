"""The screen's camera: which pages may ask for it, and what is said when there is no picture.

A browser asks the headers of a whole document whether its scripts may open the camera. So the
pages that need it are loaded whole, by htmx too, and so is the page that follows one of them.
"""

from typing import Final

from flask import Response, g, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk.prompts import PROMPTS

WHY: Final = ("none", "refused", "busy", "black", "lost")
"""Why there is no picture, as static/js/lens.js tells them apart; each has a prompt of its own."""


def allow() -> Response | None:
    """Let the page of this request ask for the camera; the way to load it whole, if it must be."""
    g.camera = True
    part = "HX-Request" in request.headers and request.method == "GET"
    return _whole(request.full_path.rstrip("?")) if part else None


def leave(address: str) -> BaseResponse:
    """Go on from a page with the camera to one without."""
    return _whole(address) if "HX-Request" in request.headers else redirect(address, 303)


def _whole(address: str) -> Response:
    return Response(status=204, headers={"HX-Redirect": address})


def reasons() -> dict[str, str]:
    """What is said for each of WHY, as the prompts ``camera-<why>`` say it aloud."""
    return {why: gettext(PROMPTS[f"camera-{why}"]) for why in WHY}


def said(name: str) -> str:
    """A prompt in the visitor's language, to be read while it is heard."""
    return str(gettext(PROMPTS[name]))
