"""What the portal holds of the voice."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

from voice import prompts, wire
from voice.errors import KINDS, Silent, TooLong, VoiceError
from voice.spoken import Sound, Word

CONNECT = 1.0  # seconds
ANSWER = 6.0  # seconds: the worker ends itself after 5 on one sentence
FRESH = 3.0  # seconds `languages` is believed without asking again


class Voice:
    """The worker that serves `socket`, whether it is there or not. Used from any thread."""

    def __init__(self, socket: Path) -> None:
        self._path = socket
        self._known: tuple[float, frozenset[str]] | None = None

    def speak(
        self,
        text: str,
        lang: str,
        rate: float = 1.0,
        private: bool = False,
        ahead: bool = False,
    ) -> bytes:
        """The text as WAV: the sound of `say` without the times of its words."""
        return self.say(text, lang, rate, private=private, ahead=ahead).wav

    def say(
        self,
        text: str,
        lang: str,
        rate: float = 1.0,
        private: bool = False,
        ahead: bool = False,
    ) -> Sound:
        """The text as WAV (22,050 Hz mono 16 bits), said as shown, at most `wire.MAX_TEXT` long.

        With the times of its words in this very sound: no two renderings are quite the same.
        `lang` is a code of `languages()`; `rate` 0.5 to 2.0. What is `private` is kept nowhere.
        `ahead` is for sentences nobody waits for yet: they let others pass. Raises Silent,
        Unspeakable, TooLong; VoiceError itself for a rate or type that makes no sense.
        """
        if len(text) > wire.MAX_TEXT:
            raise TooLong(f"At most {wire.MAX_TEXT} characters are said at once.")
        question = {"ask": "speak", "text": text, "lang": lang, "rate": rate}
        header, sound = self._ask({**question, "private": private, "ahead": ahead})
        if not sound:
            raise Silent("The voice worker answered without sound.")
        return Sound(sound, tuple(_words(header.get("words"))))

    def prompt(self, name: str, lang: str) -> bytes | None:
        """A sentence rendered in advance, also when the worker is dead; None where there is none.

        Raises ValueError when `name` or `lang` cannot be part of a file name.
        """
        return prompts.read(prompts.find(self._path.parent, name, lang))

    def languages(self) -> frozenset[str]:
        """Languages that can be spoken now; empty when there is no working voice. Never raises."""
        now = time.monotonic()
        if self._known is not None and now - self._known[0] < FRESH:
            return self._known[1]
        try:
            answer = self._ask({"ask": "languages"})[0].get("languages")
        except VoiceError:
            answer = None
        spoken = frozenset(map(str, answer)) if isinstance(answer, list) else frozenset()
        self._known = (now, spoken)
        return spoken

    def _ask(self, question: wire.Header) -> tuple[wire.Header, bytes]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
                sock.settimeout(CONNECT)
                sock.connect(str(self._path))
                wire.send(sock, question)
                header, body = wire.receive(sock, wire.MAX_ANSWER, ANSWER)
        except OSError as error:
            raise Silent(f"The voice worker does not answer: {error}") from error
        if header.get("ok") is not True:
            kind = KINDS.get(str(header.get("error")), VoiceError)
            raise kind(str(header.get("reason", "The voice worker refused.")))
        return header, body


def _words(listed: object) -> Iterator[Word]:
    """The words of an answer; those that make no sense are left out."""
    for word in listed if isinstance(listed, list) else ():
        if isinstance(word, list) and len(word) == 3 and all(type(n) is int for n in word):
            yield Word(*word)
