"""Sentences that a screen is about to ask for: kept for a moment, under names that tell nothing.

So no private word ever stands in an address, and nothing of it is written anywhere.
"""

import secrets
import threading
from collections import OrderedDict
from typing import Final, NamedTuple

MOST: Final = 2000
"""Sentences kept for all screens together: some forty pages."""


class Saying(NamedTuple):
    """One sentence to be said."""

    text: str
    lang: str
    rate: float
    private: bool


class Sayings:
    """The sentences waiting to be said. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, Saying]] = OrderedDict()

    def add(self, saying: Saying, visit: str = "") -> str:
        """Keep a sentence for a visit; returns the name to ask for it by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._known[name] = (visit, saying)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return name

    def get(self, name: str) -> Saying | None:
        """The sentence with this name; None for one that is forgotten."""
        with self._lock:
            return self._known.get(name, ("", None))[1]

    def drop(self, visit: str) -> None:
        """Forget the sentences of a visit."""
        with self._lock:
            for name in [name for name, (whose, _) in self._known.items() if whose == visit]:
                del self._known[name]
