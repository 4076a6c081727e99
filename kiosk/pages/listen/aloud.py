"""What a visit wants of the voice, in memory alone and forgotten with the visit.

How loud it speaks, and whether what is the person's own may be said where others hear it: asked
before the first private word, page by page, or answered once for all by who wears a headset.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Literal

Answer = Literal["yes", "no", "headset"]

VOLUMES: Final = 5
USUAL: Final = 4
"""The step of the volume that every visit begins with: it can still be made louder."""

MOST: Final = 1000
"""Visits kept at once; the one heard of longest ago makes room."""

PAGES: Final = 8
"""Pages of a visit whose public words are remembered."""


@dataclass
class _Wishes:
    volume: int = USUAL
    everywhere: bool = False
    pages: set[str] = field(default_factory=set)
    public: OrderedDict[str, str] = field(default_factory=OrderedDict)


class Aloud:
    """The wishes of every visit. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._visits: OrderedDict[str, _Wishes] = OrderedDict()

    def answer(self, visit: str, page: str, answer: Answer) -> None:
        """What was answered on ``page`` to "read it here, aloud?"."""
        with self._lock:
            wishes = self._of(visit)
            wishes.everywhere = answer == "headset"
            wishes.pages -= {page}
            if answer == "yes":
                wishes.pages |= {page}

    def may(self, visit: str, page: str) -> bool:
        """Whether private words of ``page`` may be said in this visit."""
        with self._lock:
            wishes = self._visits.get(visit)
            return wishes is not None and (wishes.everywhere or page in wishes.pages)

    def volume(self, visit: str) -> int:
        """How loud, from 1 to VOLUMES."""
        with self._lock:
            wishes = self._visits.get(visit)
            return wishes.volume if wishes else USUAL

    def set_volume(self, visit: str, step: int) -> int:
        """Speak as loud as this from now on; the nearest step there is, which is returned."""
        with self._lock:
            wishes = self._of(visit)
            wishes.volume = min(max(step, 1), VOLUMES)
            return wishes.volume

    def public(self, visit: str, page: str) -> str | None:
        """The words of a page that anyone may hear; None where they are not known."""
        with self._lock:
            wishes = self._visits.get(visit)
            return wishes.public.get(page) if wishes else None

    def publish(self, visit: str, page: str, words: str) -> None:
        """Remember the words of a page that anyone may hear."""
        with self._lock:
            known = self._of(visit).public
            known[page] = words
            while len(known) > PAGES:
                known.popitem(last=False)

    def drop(self, visit: str) -> None:
        """Forget a visit."""
        with self._lock:
            self._visits.pop(visit, None)

    def _of(self, visit: str) -> _Wishes:
        wishes = self._visits.setdefault(visit, _Wishes())
        self._visits.move_to_end(visit)
        while len(self._visits) > MOST:
            self._visits.popitem(last=False)
        return wishes
