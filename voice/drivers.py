"""The speech engines, behind one face. Today one: pyttsx3 on espeak-ng."""

import ctypes
import itertools
import os
import re
import threading
import time
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from voice import wav
from voice.errors import Silent, Unspeakable

WORDS = 150  # a minute at rate 1.0: espeak's own 175 is fast for who listens in a hall
ATTEMPTS = 3  # pyttsx3 loses a file now and then
_PLAIN = re.compile(r"[a-z]{2,3}")  # variants (fr-be, en-us-nyc) are left out


class Rendering(NamedTuple):
    """A text as WAV (see `voice.wav`), and (milliseconds, offset in the text) of its words."""

    wav: bytes
    begins: list[tuple[int, int]]


class Driver(Protocol):
    """A speech engine. Made, used and dropped by one thread only."""

    version: str
    """Changes whenever the same text may sound different."""

    def languages(self) -> frozenset[str]:
        """The codes `render` takes as `voice`, such as `fr`, `ar`, `cmn`."""
        ...

    def render(self, text: str, voice: str, rate: float) -> Rendering:
        """The text as sound with the times of its words; `rate` 1.0 is the ordinary speed.

        Raises Unspeakable when there is no such voice, Silent when no sound comes out.
        """
        ...


class Espeak:
    """espeak-ng, library and data from the wheel espeakng-loader, driven by pyttsx3.

    pyttsx3 only writes files: it writes to memory that has no name anywhere (memfd), so that no
    kill leaves a word behind. Of espeak's events it passes on where words begin, but not when:
    its callback, the only one there can be, is listened in on. Raises Silent when it cannot start.
    """

    def __init__(self) -> None:
        data = _load_library()
        self._completed = True
        self._finished = threading.Event()
        self._begins: list[tuple[int, int]] = []
        try:
            self._engine = import_module("pyttsx3.engine").Engine("espeak")
            self._library = import_module("pyttsx3.drivers._espeak")
        except (ImportError, RuntimeError, OSError) as error:
            raise Silent(f"The speech engine pyttsx3 does not start: {error}") from error
        # It announces every file on standard output.
        vars(import_module("pyttsx3.drivers.espeak"))["print"] = _quiet
        self._engine.connect("finished-utterance", self._finish)
        self._heard = self._engine.proxy._driver._onSynth
        self._library.SetSynthCallback(self._overhear)
        self._rest()
        self._engine.runAndWait()  # a first run ends without waiting for its sound: spend it empty
        named = {voice.id.rsplit("/")[-1]: voice.id for voice in self._engine.getProperty("voices")}
        self._voices = {
            code: name
            for code, name in named.items()
            # Three voices of the wheel lack their dictionary: they give silence.
            if _PLAIN.fullmatch(code) and (data / f"{code}_dict").exists()
        }
        packages = ("pyttsx3", "espeakng-loader")
        self.version = " ".join(f"{name} {metadata.version(name)}" for name in packages)

    def languages(self) -> frozenset[str]:
        return frozenset(self._voices)

    def render(self, text: str, voice: str, rate: float) -> Rendering:
        identifier = self._voices.get(voice)
        if identifier is None:
            raise Unspeakable(f"There is no voice for the language {voice!r}.")
        for _ in range(ATTEMPTS):
            sound = self._attempt(text, identifier, round(WORDS * rate))
            if wav.audible(sound):
                return Rendering(sound, self._begins)
        raise Silent(f"The voice gave no sound in {ATTEMPTS} attempts.")

    def _attempt(self, text: str, identifier: str, words: int) -> bytes:
        engine = self._engine
        with open(os.memfd_create("voice"), "w+b") as file:
            self._finished.clear()
            self._completed = True
            self._begins = []
            engine.setProperty("voice", identifier)
            engine.setProperty("rate", words)
            self._rest()
            engine.save_to_file(text, f"/proc/self/fd/{file.fileno()}")
            engine.runAndWait()
            self._finished.wait()
            self._rest()
            # It keeps its former voice, without a word, when it does not know a name.
            right = engine.getProperty("voice") == identifier
            return file.read() if self._completed and right else b""

    def _overhear(self, sound: Any, samples: int, events: Any) -> int:
        """Note the words of these events, and let pyttsx3 have them (espeak_callback).

        Their positions count characters from one on (speak_lib.h, espeak_EVENT).
        """
        for number in itertools.count():
            event = events[number]
            if event.type == self._library.EVENT_LIST_TERMINATED:
                break
            if event.type == self._library.EVENT_WORD:
                self._begins.append((event.audio_position, event.text_position - 1))
        heard: int = self._heard(sound, samples, events)
        return heard

    def _rest(self) -> None:
        """Wait until espeak's own thread, which also sets properties, has nothing left to do.

        Before a sentence, else pyttsx3 takes it for an old one still playing and cuts it off; and
        after, else the file is closed, or the next one written, under the callback's feet.
        """
        while self._library.IsPlaying():
            time.sleep(0.0005)

    def _finish(self, completed: bool, **_: object) -> None:
        self._completed = self._completed and completed
        self._finished.set()


DRIVERS: dict[str, Callable[[], Driver]] = {"espeak": Espeak}


def _quiet(*_: object) -> None:
    return None


def _load_library() -> Path:
    """Load espeak-ng; where its data lies. Raises Silent."""
    # Before pyttsx3 is imported: it then finds the library already loaded under its soname.
    try:
        loader = import_module("espeakng_loader")
        os.environ["ESPEAK_DATA_PATH"] = data = loader.get_data_path()
        ctypes.CDLL(loader.get_library_path())
    except ImportError as error:
        raise Silent("The Python package espeakng-loader is not installed.") from error
    except (OSError, RuntimeError) as error:
        raise Silent(f"The speech library espeak-ng cannot be loaded: {error}") from error
    return Path(data)
