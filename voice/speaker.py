"""The one thread that owns the speech engine, and the queue before it."""

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum

from voice.cache import Cache
from voice.drivers import Driver
from voice.errors import Silent, TooLong, Unspeakable, VoiceError
from voice.pronounce import trace
from voice.spoken import Sound

LIMIT = 5.0  # seconds one sentence may take; the ordinary is 0.012
SPOKEN = 1_000  # characters, numbers and abbreviations written out
WAITING = 128  # sentences in the queue; more means nobody is there to hear them all
log = logging.getLogger("voice")


class Turn(IntEnum):
    """Who goes first: what someone is waiting to hear, then the next sentences, then prompts."""

    NOW = 0
    AHEAD = 1
    PROMPT = 2


@dataclass(frozen=True)
class Phrase:
    """What to say: the text as shown, the voice's code, the speed; private is never kept."""

    text: str
    lang: str
    rate: float = 1.0
    private: bool = False


@dataclass(order=True)
class Job:
    turn: Turn
    number: int
    phrase: Phrase = field(compare=False)
    done: Future[Sound] = field(compare=False, default_factory=Future)


class Speaker:
    """Says phrases one after the other. `start` makes the driver inside the owning thread.

    When one phrase (or the start) takes longer than `limit` seconds, `hung` is called from another
    thread: an engine that hangs cannot be stopped, only its process can.
    """

    def __init__(
        self,
        start: Callable[[], Driver],
        cache: Cache,
        hung: Callable[[], None],
        limit: float = LIMIT,
    ) -> None:
        self._start, self._cache, self._hung, self._limit = start, cache, hung, limit
        self._jobs: queue.PriorityQueue[Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._since: float | None = time.monotonic()
        self._ready = threading.Event()
        self._reason = "The voice has not started yet."
        self._languages: frozenset[str] = frozenset()
        self.version: str | None = None
        for work in (self._run, self._watch):
            threading.Thread(target=work, name=f"voice{work.__name__}", daemon=True).start()

    def say(self, phrase: Phrase, turn: Turn = Turn.NOW) -> Future[Sound]:
        """Its sound, as soon as its turn comes. The future raises what `Driver.render` raises."""
        job = Job(turn, next(self._numbers), phrase)
        kept = None if phrase.private else self._cache.get(phrase)
        if kept is not None:
            job.done.set_result(kept)
        elif self._jobs.qsize() >= WAITING:
            job.done.set_exception(Silent("Too many sentences wait to be said."))
        else:
            self._jobs.put(job)
        return job.done

    def languages(self, wait: float = 2.0) -> frozenset[str]:
        """The codes of the voices; empty when there is none or it does not start in `wait` s."""
        self._ready.wait(wait)
        return self._languages

    def _run(self) -> None:
        driver = self._open()
        self._since = None
        self._ready.set()
        while True:
            job = self._jobs.get()
            if job.done.set_running_or_notify_cancel():
                self._since = time.monotonic()
                self._answer(driver, job)
                self._since = None

    def _open(self) -> Driver | None:
        try:
            driver = self._start()
        except VoiceError as error:
            self._reason = str(error)
        except Exception:
            self._reason = "The speech engine does not start."
            log.exception("No voice.")
        else:
            self.version, self._languages = driver.version, driver.languages()
            log.info("%d voices, %s.", len(self._languages), driver.version)
            return driver
        log.error("No voice. %s", self._reason)
        return None

    def _answer(self, driver: Driver | None, job: Job) -> None:
        try:
            job.done.set_result(self._render(driver, job.phrase))
        except VoiceError as error:
            job.done.set_exception(error)
        except Exception as error:  # the edge of the thread; the text itself is never logged
            log.error("The engine failed on %d characters: %r", len(job.phrase.text), type(error))
            job.done.set_exception(Silent("The speech engine failed."))

    def _render(self, driver: Driver | None, phrase: Phrase) -> Sound:
        if driver is None:
            raise Silent(self._reason)
        kept = None if phrase.private else self._cache.get(phrase)
        if kept is not None:
            return kept
        said = trace(phrase.text, phrase.lang)
        if not any(character.isalnum() for character in said.text):
            raise Unspeakable("There is no word in this text.")
        if len(said.text) > SPOKEN:
            raise TooLong(f"It takes more than {SPOKEN} characters to say this.")
        wav, begins = driver.render(said.text, phrase.lang, phrase.rate)
        sound = Sound(wav, said.words(phrase.text, begins))
        if not phrase.private:
            self._cache.put(phrase, sound)
        return sound

    def _watch(self) -> None:
        while True:
            time.sleep(self._limit / 20)
            since = self._since
            if since is not None and time.monotonic() - since > self._limit:
                log.critical("The speech engine hangs since %.0f s.", self._limit)
                self._hung()
                return
