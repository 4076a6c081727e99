"""Answers on the worker's socket: a thread for each connection, one question in each."""

import contextlib
import logging
import socket
import socketserver
import threading
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from voice import wire
from voice.errors import Silent, TooLong, VoiceError, kind_of
from voice.speaker import Phrase, Speaker, Turn
from voice.spoken import Sound

CONNECTIONS = 64  # at once; a node has a handful of screens
PATIENCE = 5.0  # seconds for a question to come in whole, and for its answer to be taken
SLOWEST, FASTEST = 0.5, 2.0  # of the ordinary speed
log = logging.getLogger("voice")


class Server(socketserver.ThreadingUnixStreamServer):
    """Serves `path`, mode 0600. Raises OSError when it cannot be bound."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = CONNECTIONS

    def __init__(self, path: Path, speaker: Speaker) -> None:
        self.speaker = speaker
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        super().__init__(str(path), Handler)
        path.chmod(0o600)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("A question to the voice worker failed.")


class Handler(socketserver.BaseRequestHandler):
    """One question, one answer."""

    request: socket.socket
    server: Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # who asked went away: nothing to answer
            header, body = self._answer()
            self.request.settimeout(PATIENCE)
            wire.send(self.request, header, body)

    def _answer(self) -> tuple[wire.Header, bytes]:
        try:
            question, _ = wire.receive(self.request, wire.MAX_REQUEST, PATIENCE)
            if question.get("ask") == "languages":
                return {"ok": True, "languages": sorted(self.server.speaker.languages())}, b""
            sound = speak(self.server.speaker, question)
            return {"ok": True, "words": sound.words}, sound.wav
        except VoiceError as error:
            return {"ok": False, "error": kind_of(error), "reason": str(error)}, b""


def speak(speaker: Speaker, question: wire.Header) -> Sound:
    """The sound asked for. Raises VoiceError or one of its kinds."""
    phrase, turn = parse(question)
    future = speaker.say(phrase, turn)
    try:
        return future.result(PATIENCE)
    except (TimeoutError, CancelledError) as error:
        future.cancel()
        raise Silent("The voice worker is too busy.") from error


def parse(question: wire.Header) -> tuple[Phrase, Turn]:
    """What a question asks to be said. Raises VoiceError, TooLong."""
    text, lang, rate = (question.get(name) for name in ("text", "lang", "rate"))
    if question.get("ask") != "speak" or not isinstance(text, str) or not isinstance(lang, str):
        raise VoiceError("A question this worker does not know.")
    if isinstance(rate, bool) or not isinstance(rate, int | float):
        raise VoiceError("A rate that is not a number.")
    if not SLOWEST <= rate <= FASTEST:
        raise VoiceError(f"A rate is between {SLOWEST} and {FASTEST}.")
    if len(text) > wire.MAX_TEXT:
        raise TooLong(f"At most {wire.MAX_TEXT} characters are said at once.")
    # Private unless the asker says otherwise: a word forgotten must not leave a trace.
    phrase = Phrase(text, lang, round(rate, 2), question.get("private") is not False)
    return phrase, Turn.AHEAD if question.get("ahead") is True else Turn.NOW
