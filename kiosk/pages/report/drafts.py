"""What someone was writing when their visit ended: kept for a moment, for nobody else.

In the portal's memory alone: never on a disk, never in a database, gone with the process.
"""

import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final

from kiosk.pages.report.model import Draft

KEPT: Final = timedelta(minutes=15)
MOST: Final = 200
"""People at once: at two thousand characters each, some megabytes."""

LONGEST: Final = 6000
"""Characters of words kept: what is too long to send comes back too, to be shortened."""


class Drafts:
    """The drafts of one portal, by person. ``key`` is DIR/portal.key. Safe between threads."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[datetime, Draft]] = OrderedDict()

    def seal(self, person: str) -> str:
        """What a person's forms carry, so that after their visit we still know whose they are."""
        return f"{person}.{self._mark(person)}" if person else ""

    def owner(self, seal: str) -> str:
        """Whose seal it is; "" for none that we gave."""
        person, _, mark = seal.rpartition(".")
        given, ours = mark.encode("utf-8", "replace"), self._mark(person).encode()
        return person if person and hmac.compare_digest(given, ours) else ""

    def _mark(self, person: str) -> str:
        return hmac.digest(self._key, f"draft\0{person}".encode("utf-8", "replace"), sha256).hex()

    def keep(self, person: str, draft: Draft, now: datetime) -> bool:
        """Keep a draft for its person, in place of an earlier one; the oldest make room.

        False when it is too long to be kept.
        """
        if len(draft.words) > LONGEST:
            return False
        with self._lock:
            self._kept[person] = (now, draft)
            self._kept.move_to_end(person)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        self._forget(lambda at, _: not at <= now < at + KEPT)
        return True

    def of(self, person: str, now: datetime) -> Draft | None:
        """What this person was writing; None when it is nothing, or was too long ago."""
        with self._lock:
            at, draft = self._kept.get(person, (now, None))
        return draft if at <= now < at + KEPT else None

    def drop(self, person: str) -> None:
        """Forget what this person was writing: it is sent."""
        self._forget(lambda _, whose: whose == person)

    def _forget(self, over: Callable[[datetime, str], bool]) -> None:
        with self._lock:
            for person in [whose for whose, (at, _) in self._kept.items() if over(at, whose)]:
                del self._kept[person]
