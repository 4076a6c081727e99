"""Sound, over HTTP: sentences for the script, one long sound for browsers without scripts."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as BaseResponse

from i18n.languages import language_of
from kiosk.pages.listen import shown
from kiosk.pages.listen.aloud import USUAL, VOLUMES, Answer
from kiosk.pages.listen.discretion import aloud, is_known, is_own, may_say, path_of
from kiosk.pages.listen.rendering import html_of, page_of
from kiosk.pages.listen.sayings import Saying, Sayings
from kiosk.pages.listen.touched import compose
from kiosk.services import services, visitor
from voice import wav
from voice.errors import VoiceError
from voice.sentences import LIMIT, split

blueprint = Blueprint("listen", __name__)

MOST_BLOCKS: Final = 400
MOST_WORDS: Final = 20_000
"""Characters said of one page: some twenty minutes."""

MOST_BYTES: Final = 2**20
"""Of a question: the words of a page, escaped, with room to spare."""

SOUND: Final = "audio/wav"
ANSWERS: Final = ("yes", "no", "headset")

sayings = Sayings()


@blueprint.record
def register(state: BlueprintSetupState) -> None:
    """Have the sentences and the wishes of a visit forgotten with it."""
    visits = state.app.extensions["residacoeur"].visits
    visits.at_end(sayings.drop)
    visits.at_end(aloud.drop)


@blueprint.app_context_processor
def loudness() -> dict[str, int]:
    """How loud this visit wants the voice, for every page."""
    return {"volume": aloud.volume(g.get("visit", "")), "usual_volume": USUAL, "volumes": VOLUMES}


@blueprint.post("/listen/blocks")
def prepare() -> Response:
    """[{"text", "lang"}] in, [{"block", "start", "end", "url"}] out: offsets in code points.

    ``?page=`` names the page they stand on. Of a page that is too long, its beginning. Where words
    may be private and nobody has allowed them to be said here, "ask" stands instead of "url".
    """
    answer: list[dict[str, Any]] = []
    room = MOST_WORDS
    page = page_of(request.args.get("page", "/"))
    for number, block in enumerate(_asked()[:MOST_BLOCKS]):
        text, lang = _whole(str(block.get("text", ""))), str(block.get("lang", ""))
        room -= len(text)
        if room < 0:
            break
        own = is_own(text, page)
        for start, end, saying in _sentences(text, lang, page if own else "", "own" in block):
            found = {"block": number, "start": start, "end": end}
            way = {"url": _link(saying)} if may_say(page) or not own else {"ask": True}
            answer.append({**found, **way})
    return jsonify(answer)


@blueprint.post("/listen/touched")
def touch() -> Response:
    """What is said of a thing: its parts in (see ``touched``), {"sounds", "asks"} out.

    "asks": something was left out that may not be said here before that is allowed.
    """
    page = page_of(request.args.get("page", "/"))
    said = compose(_asked(), page)
    sounds = [
        _link(Saying(text[a:b], voice, visitor().rate, private, page if own else ""))
        for text, voice, private, own, _ in said
        for a, b in ([(0, len(text))] if len(text) <= LIMIT else split(text, voice))
    ]
    return jsonify(sounds=sounds, asks=any(each.asks for each in said))


@blueprint.post("/listen/aloud")
def allow() -> BaseResponse:
    """The answer to "read it here, aloud?" for a page: "yes", "no" or "headset"."""
    page, answer = page_of(request.form.get("page", "/")), request.form.get("answer", "")
    if answer not in ANSWERS:
        abort(400)
    aloud.answer(g.visit, path_of(page), cast(Answer, answer))
    return redirect(f"/listen?{urlencode({'page': page, 'answer': answer})}", 303)


@blueprint.post("/listen/volume")
def loud() -> BaseResponse:
    """Speak louder or softer, until the end of the visit."""
    step = request.form.get("step", "")
    if not step.isascii() or not step.isdigit():
        abort(400)
    aloud.set_volume(g.visit, int(step[:3]))
    return redirect(page_of(request.form.get("page", "/")), 303)


@blueprint.get("/listen/<name>")
def say(name: str) -> Response:
    """One sentence as sound; 404 when it is forgotten, 503 when there is no voice.

    403 when it is private and nobody has allowed it to be said here.
    """
    saying = sayings.get(name)
    if saying is None:
        abort(404)
    if saying.own and not may_say(saying.own):
        abort(403)
    try:
        sound = services().voice.say(saying.text, saying.lang, saying.rate, private=saying.private)
    except VoiceError:
        return Response("", 503)
    sayings.time(name, sound.words)
    return Response(sound.wav, mimetype=SOUND)


@blueprint.get("/listen/<name>/words")
def times(name: str) -> Response:
    """[[milliseconds, start, end]] of the words of a sentence, in the sound that was last given.

    404 before that, and once the sentence is forgotten.
    """
    words = sayings.words(name)
    return jsonify(words) if words is not None else Response("", 404)


@blueprint.get("/player")
def parts() -> str:
    """The keys of who listens, and the question asked before private words: loaded when needed."""
    return render_template("pages/listen/_parts.html")


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
    """A page with a player, after a question where it is needed: listening without scripts."""
    page = page_of(request.args.get("page", "/"))
    g.here = page
    answered = "answer" in request.args or may_say(page)
    asks = not answered and any(block.own for block in _blocks(page))
    return render_template("pages/listen/listen.html", page=page, asks=asks)


@blueprint.get("/listen/page")
def stream() -> BaseResponse:
    """A whole page as one sound, which begins before it is all rendered."""
    page = page_of(request.args.get("page", "/"))
    allowed = may_say(page)
    heard = [block for block in _blocks(page) if allowed or not block.own]
    texts = [
        saying for text, lang, own in heard for *_, saying in _sentences(text, lang, personal=own)
    ]
    return Response(_sound(texts), mimetype=SOUND)


def _blocks(page: str) -> list[shown.Block]:
    return shown.blocks(html_of(page), visitor().language.html)


def _asked() -> list[dict[str, Any]]:
    """The list of objects that was sent; 400 for anything else, 413 for what is too large."""
    if len(request.get_data()) > MOST_BYTES:
        abort(413)
    try:
        asked: Any = request.get_json()
    except RecursionError:  # "[[[[…": no page is so deep
        abort(400)
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        abort(400)
    return asked


def _sentences(
    text: str, lang: str, own: str = "", personal: bool = False
) -> Iterator[tuple[int, int, Saying]]:
    private = personal or (visitor().session is not None and not is_known(text))
    voice = language_of(lang).voice
    for start, end in split(text, voice):
        yield start, end, Saying(text[start:end], voice, visitor().rate, private, own)


def _link(saying: Saying) -> str:
    return f"/listen/{sayings.add(saying, g.visit)}"


def _sound(texts: list[Saying]) -> Iterator[bytes]:
    voice = services().voice

    def sentences() -> Iterator[bytes]:
        for text, lang, rate, private, _ in texts:
            with contextlib.suppress(VoiceError):
                yield voice.speak(text, lang, rate, private=private)

    return wav.stream(sentences())


def _whole(text: str) -> str:
    """The text without halves of characters, which JSON can spell and nothing can say."""
    return text.encode("utf-8", "ignore").decode()
