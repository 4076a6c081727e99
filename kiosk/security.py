"""What every request must show and every answer carries, whatever the page.

Loopback is no border: any page that the browser of this machine has open can send requests here.
"""

from collections.abc import Callable, Set
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, g, request
from werkzeug.exceptions import Forbidden
from werkzeug.security import safe_join

CSP: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""Content Security Policy 3: nothing inline, nothing from elsewhere, in nobody's frame."""

OURS: Final = ("autoplay", "fullscreen", "microphone")
NOBODYS: Final = (
    "accelerometer",
    "clipboard-read",
    "clipboard-write",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
"""Features of a browser that no page of ours uses (W3C Permissions Policy), by Chromium's names."""


def permissions(*, camera: bool) -> str:
    """A Permissions-Policy; the camera is for pages that ask for it (:mod:`kiosk.camera`) alone."""
    ours = (*OURS, "camera") if camera else OURS
    nobodys = NOBODYS if camera else (*NOBODYS, "camera")
    return ", ".join([f"{name}=(self)" for name in ours] + [f"{name}=()" for name in nobodys])


SEEING: Final = permissions(camera=True)

HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": permissions(camera=False),
    # Not "no-referrer": with it browsers send "Origin: null" with our own forms (Fetch, 3.2).
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_OURS: Final = "Cette adresse n’est pas celle de Résidacœur.\n"
A_YEAR: Final = 365 * 24 * 3600


class ForeignOrigin(Forbidden):
    """A write that another site's page has sent, or that does not say which page has sent it."""


class StaleForm(Forbidden):
    """A form drawn for another cookie: mostly one that was sent after its session had ended."""


def local_hosts(port: int) -> frozenset[str]:
    """What ``Host`` may say to a portal on this port of the loopback interface."""
    names = ("127.0.0.1", "localhost", "[::1]")
    bare = names if port == 80 else ()  # RFC 9110 section 7.2: the default port is left out
    return frozenset([*(f"{name}:{port}" for name in names), *bare])


def init_app(app: Flask, *, hosts: Set[str], csrf: Callable[[str], bool]) -> None:
    """Guard every request of ``app`` and dress every answer.

    ``hosts``: the values of ``Host`` that are ours (``local_hosts``). ``csrf``: whether a form's
    word belongs to the cookie of the current request. Another host is answered 400; a write raises
    :class:`ForeignOrigin` or :class:`StaleForm`. Call it before whatever opens sessions, so that
    strangers get no further.
    """

    @app.before_request
    def guard() -> Response | None:
        if request.headers.get("Host", "").lower() not in hosts:
            return Response(NOT_OURS, 400, mimetype="text/plain")
        if request.method not in READING:
            check_origin()
            check_form(csrf)
        elif is_embedded_elsewhere():
            raise ForeignOrigin
        return None

    app.after_request(dress)
    app.url_defaults(Versions(app).add)


def check_origin() -> None:
    """Raise ForeignOrigin unless a page of this very host has sent the request.

    A browser sends ``Origin`` with every write; where it is missing, ``Sec-Fetch-Site``, which no
    page can set, must say that the request comes from here.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            raise ForeignOrigin
    elif origin.lower() != f"{request.scheme}://{request.headers['Host']}".lower():
        raise ForeignOrigin


def is_embedded_elsewhere() -> bool:
    """Whether another site's page asks for something of ours to use it, not to go there.

    It could not read the answer, yet it could hold our threads with streams and sounds
    (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/; another port is "same-site").
    """
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    return foreign and request.headers.get("Sec-Fetch-Mode") != "navigate"


def check_form(csrf: Callable[[str], bool]) -> None:
    """Raise StaleForm unless the request carries the word of its cookie: header or ``csrf`` field.

    The header is looked at first: then a large body need not be read to refuse it.
    """
    word = request.headers.get("X-CSRF-Token")
    if word is None:
        word = request.form.get("csrf", "")
    if not csrf(word):
        raise StaleForm


def dress(response: Response) -> Response:
    """Give an answer its headers: nothing is kept but static files under their version."""
    response.headers.update(HEADERS)
    if g.get("camera"):
        response.headers["Permissions-Policy"] = SEEING
    response.vary.add("HX-Request")
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif response.status_code in (200, 206, 304) and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


class Versions:
    """Adds to the URL of a static file a version, ``v``, that changes with its content."""

    def __init__(self, app: Flask) -> None:
        self._folder = app.static_folder
        self._known: dict[str, tuple[int, str]] = {}

    def add(self, endpoint: str, values: dict[str, Any]) -> None:
        """For ``Flask.url_defaults``: what is no file of the static folder stays as it is."""
        if endpoint != "static" or "v" in values or self._folder is None:
            return
        path = safe_join(self._folder, values.get("filename", ""))
        if path is not None and Path(path).is_file():
            values["v"] = self._version(Path(path))

    def _version(self, path: Path) -> str:
        changed = path.stat().st_mtime_ns
        known = self._known.get(str(path))
        if known is None or known[0] != changed:
            known = (changed, sha256(path.read_bytes()).hexdigest()[:12])
            self._known[str(path)] = known
        return known[1]
