"""How long one waits after failed codes: for one door, on one node, and never for good.

A neighbour cannot shut anybody out: at most a minute, on this machine alone, and a card never
waits.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.clock import instant, stamp
from sync.database import Database
from sync.documents.account import FAILURE
from sync.documents.kind import Document
from sync.errors import Conflict

FREE: Final = 3  # failures without any delay: fingers slip
LONGEST: Final = 60  # seconds
MOST: Final = 1_000_000  # that a failure document may hold
_TRIES: Final = 5  # to write a count that others write too


@dataclass(frozen=True)
class Failures:
    """Failed codes since the last success; ``document`` is what holds them, if any."""

    count: int
    last: datetime | None
    document: Document | None


def delay(count: int) -> int:
    """Seconds to wait after so many failures: none for the first three, then 1, 2, 4 … 60."""
    if count <= FREE:
        return 0
    return int(min(LONGEST, 2 ** min(count - FREE - 1, 10)))


class Throttle:
    """The failures counted by one node. ``origin`` is its id, with its incarnation after a dot."""

    def __init__(self, database: Database, origin: str) -> None:
        self._database = database
        self._origin = origin
        self._node = origin.partition(".")[0]

    def failures(self, account: str) -> Failures:
        """What was counted for an account; a document that is not sound counts for nothing."""
        found = self._database.get("accounts", FAILURE.id(f"{account}:{self._node}"))
        if found is None or not FAILURE.is_valid(found):
            return Failures(0, None, found)
        try:
            return Failures(found["count"], instant(found["last"]), found)
        except ValueError:  # the 31st of February
            return Failures(0, None, found)

    def wait(self, failures: Failures, now: datetime) -> int:
        """Whole seconds until another code is judged; 0 when it is judged now.

        A last failure in the future means that the clock was set back: nobody waits for that.
        """
        if failures.last is None or failures.last > now:
            return 0
        end = failures.last + timedelta(seconds=delay(failures.count))
        return max(0, math.ceil((end - now).total_seconds()))

    def add(self, account: str, failures: Failures, now: datetime) -> int:
        """Count one more failure on top of ``failures``; returns the seconds to wait from now."""
        for _ in range(_TRIES):
            try:
                return self._write(account, failures, now)
            except Conflict:
                failures = self.failures(account)
        return delay(failures.count)

    def _write(self, account: str, failures: Failures, now: datetime) -> int:
        count = min(failures.count + 1, MOST)
        at = stamp(now)
        counted = FAILURE.new(
            f"{account}:{self._node}", at=at, origin=self._origin, count=count, last=at
        )
        self._database.put("accounts", {**(failures.document or {}), **counted})
        return delay(count)

    def clear(self, failures: Failures) -> None:
        """Forget the failures: the right code came."""
        if failures.document is None:
            return
        try:
            self._database.delete("accounts", failures.document)
        except Conflict:  # someone failed at this very moment: that count stands
            return
