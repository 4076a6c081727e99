"""A card shown to the screen's camera: the page, and the frames that it sends."""

from typing import Final

from flask import abort, jsonify, make_response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import camera
from kiosk.access import cards
from kiosk.lens import LIMIT, Busy, Lens
from kiosk.pages.signin import asking, entering
from kiosk.photos import PhotoRefused
from kiosk.prompts import PROMPTS
from kiosk.services import now, services, visitor

lens: Final = Lens()


def ask() -> Response | str:
    """The page that shows what the camera sees; who is in already goes on."""
    session = visitor().session
    if session:
        return redirect(asking.onward() or entering.home(session.role), 303)
    return camera.allow() or asking.show_camera()


def look() -> Response:
    """Sign in with the card in a frame, exactly as with a scanned one.

    200: it is somebody's, ``onward`` is where they go. 204: no QR code is seen. 422: the sentence
    in ``wrong``, which the prompt in ``say`` says; empty when the frame is no picture. 429: too
    many frames.
    """
    if visitor().session:
        abort(403)
    try:
        texts = lens.read(request.stream.read(LIMIT + 1))
    except PhotoRefused:
        return make_response(jsonify(wrong="", say=""), 422)
    except Busy:
        return make_response("", 429)
    return _judge(texts) if texts else make_response("", 204)


def _judge(texts: list[str]) -> Response:
    known = [text for text in texts if cards.normalise(text)]
    for card in known:
        entrance = services().verifier.by_card(card, now())
        if entrance:
            return _welcome(entering.welcome(entrance, asking.onward()))
    name = "card-old" if known else "card-foreign"
    return make_response(jsonify(wrong=gettext(PROMPTS[name]), say=name), 422)


def _welcome(came: Response) -> Response:
    """The same answer for a script, which leads on by itself."""
    came.set_data(jsonify(onward=came.location).get_data())
    came.mimetype = "application/json"
    came.status_code = 200
    del came.headers["Location"]
    return came
