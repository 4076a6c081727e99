"""Sentences that a screen is about to ask for: kept for a moment, under names that tell nothing.

So no private word ever stands in an address, and nothing of it is written anywhere.
"""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, NamedTuple

from voice.spoken import Word

MOST: Final = 2000
"""Sentences kept for all screens together: some forty pages."""


class Saying(NamedTuple):
    """One sentence to be said.

    ``private``: the voice keeps nothing of it. ``own``: the page whose visitor has to allow that
    it is said aloud; "" for what anyone may hear.
    """

    text: str
    lang: str
    rate: float
    private: bool
    own: str = ""


@dataclass
class _Kept:
    visit: str
    saying: Saying
    words: tuple[Word, ...] | None = None


class Sayings:
    """The sentences waiting to be said. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Kept] = OrderedDict()

    def add(self, saying: Saying, visit: str = "") -> str:
        """Keep a sentence for a visit; returns the name to ask for it by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._known[name] = _Kept(visit, saying)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return name

    def get(self, name: str) -> Saying | None:
        """The sentence with this name; None for one that is forgotten."""
        with self._lock:
            kept = self._known.get(name)
            return kept.saying if kept else None

    def time(self, name: str, words: tuple[Word, ...]) -> None:
        """Keep when the words of a sentence sound, in the sound that was last made of it."""
        with self._lock:
            if kept := self._known.get(name):
                kept.words = words

    def words(self, name: str) -> tuple[Word, ...] | None:
        """The times of a sentence's words; None before it was said and once it is forgotten."""
        with self._lock:
            kept = self._known.get(name)
            return kept.words if kept else None

    def drop(self, visit: str) -> None:
        """Forget the sentences of a visit."""
        with self._lock:
            for name in [name for name, kept in self._known.items() if kept.visit == visit]:
                del self._known[name]
