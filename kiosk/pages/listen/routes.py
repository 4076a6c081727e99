"""Sound, over HTTP: sentences for the script, one long sound for browsers without scripts."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, abort, current_app, g, jsonify, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from i18n.languages import language_of
from kiosk.arrival import UNTOUCHED
from kiosk.pages.listen import shown
from kiosk.pages.listen.sayings import Saying, Sayings
from kiosk.paths import local
from kiosk.services import services, visitor
from voice import wav
from voice.errors import VoiceError
from voice.sentences import split

blueprint = Blueprint("listen", __name__)

MOST_BLOCKS: Final = 400
MOST_WORDS: Final = 20_000
"""Characters said of one page: some twenty minutes."""

MOST_BYTES: Final = 2**20
"""Of a question: the words of a page, escaped, with room to spare."""

SOUND: Final = "audio/wav"

sayings = Sayings()


@blueprint.record
def register(state: BlueprintSetupState) -> None:
    """Have the sentences of a visit forgotten with it."""
    state.app.extensions["residacoeur"].visits.at_end(sayings.drop)


def _voice_of(tag: str) -> str:
    return language_of(tag).voice


def _sentences(text: str, lang: str) -> Iterator[tuple[int, int, Saying]]:
    private = visitor().session is not None
    voice = _voice_of(lang)
    for start, end in split(text, voice):
        yield start, end, Saying(text[start:end], voice, visitor().rate, private)


@blueprint.post("/listen/blocks")
def prepare() -> Response:
    """[{"text", "lang"}] in, [{"block", "start", "end", "url"}] out: offsets in code points.

    Of a page that is too long, its beginning.
    """
    request.max_content_length = MOST_BYTES
    try:
        asked: Any = request.get_json()
    except RecursionError:  # "[[[[…": no page is so deep
        abort(400)
    if not isinstance(asked, list) or not all(isinstance(block, dict) for block in asked):
        abort(400)
    answer: list[dict[str, Any]] = []
    room = MOST_WORDS
    for number, block in enumerate(asked[:MOST_BLOCKS]):
        text, lang = _whole(str(block.get("text", ""))), str(block.get("lang", ""))
        room -= len(text)
        if room < 0:
            break
        answer += [
            {
                "block": number,
                "start": start,
                "end": end,
                "url": f"/listen/{sayings.add(saying, g.visit)}",
            }
            for start, end, saying in _sentences(text, lang)
        ]
    return jsonify(answer)


@blueprint.get("/listen/<name>")
def say(name: str) -> Response:
    """One sentence as sound; 404 when it is forgotten, 503 when there is no voice."""
    saying = sayings.get(name)
    if saying is None:
        abort(404)
    try:
        sound = services().voice.speak(
            saying.text, saying.lang, saying.rate, private=saying.private
        )
    except VoiceError:
        return Response("", 503)
    return Response(sound, mimetype=SOUND)


@blueprint.get("/listen/prompt/<name>")
def prompt(name: str) -> Response:
    """A sentence rendered in advance: it plays when the voice itself is away."""
    try:
        sound = services().voice.prompt(name, visitor().language.voice)
    except ValueError:
        sound = None
    return Response(sound, mimetype=SOUND) if sound else Response("", 404)


@blueprint.get("/listen")
def show() -> str:
    """A page with a player: listening without scripts."""
    page = _local(request.args.get("page", "/"))
    g.here = page
    return render_template("pages/listen/listen.html", page=page)


@blueprint.get("/listen/page")
def stream() -> BaseResponse:
    """A whole page as one sound, which begins before it is all rendered."""
    page = _local(request.args.get("page", "/"))
    heard = shown.blocks(_html(page), visitor().language.html)
    texts = [saying for text, lang in heard for *_, saying in _sentences(text, lang)]
    return Response(_sound(texts), mimetype=SOUND)


def _sound(texts: list[Saying]) -> Iterator[bytes]:
    voice = services().voice

    def sentences() -> Iterator[bytes]:
        for text, lang, rate, private in texts:
            with contextlib.suppress(VoiceError):
                yield voice.speak(text, lang, rate, private=private)

    return wav.stream(sentences())


def _whole(text: str) -> str:
    """The text without halves of characters, which JSON can spell and nothing can say."""
    return text.encode("utf-8", "ignore").decode()


def _local(page: str) -> str:
    """A page of this portal; "/" for anything else, and for the sound of a sound.

    What an address opens is asked of the portal itself: "/%6Cive" is the stream, too, and a stream
    read to its end would never let go of its thread.
    """
    page = local(page)
    adapter = current_app.create_url_adapter(request)
    path = unquote(urlsplit(page).path, errors="replace")
    try:
        endpoint, _ = adapter.match(path, method="GET") if adapter else ("", {})
    except HTTPException:  # no page, or a redirection to one: it says so itself
        return page
    return page if endpoint.partition(".")[0] not in UNTOUCHED else "/"


def _html(page: str) -> str:
    """The page as this very visitor sees it; "" for what is no page, as a picture."""
    client = current_app.test_client(use_cookies=False)
    cookie = request.headers.get("Cookie", "")
    headers = {"Cookie": cookie, "Host": request.host, "X-Live": "1"}  # a sound is no act
    with client.get(page, headers=headers, follow_redirects=False) as answer:
        return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
