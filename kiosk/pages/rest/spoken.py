"""When an emergency is said aloud in the hall: as it comes, then once an hour, but not at night."""

import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sync.clock import ESTATE, instant
from sync.documents.kind import Document

AGAIN: Final = timedelta(hours=1)

EVENING: Final = 22
MORNING: Final = 7
"""Hours of the estate's clock between which people sleep behind the walls of a hall."""


class Spoken:
    """What this portal's screens have said. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[str, datetime] = {}

    def due(self, alarms: Sequence[Document], now: datetime) -> list[Document]:
        """Those of the standing ``alarms`` to be said now.

        Nobody writes an emergency at night that can wait until morning: one that was written since
        :data:`EVENING` is said once as it comes. All others, and every repetition, wait until
        :data:`MORNING`.
        """
        with self._lock:
            standing = {alarm["_id"] for alarm in alarms}
            self._said = {id: at for id, at in self._said.items() if id in standing}
            return [alarm for alarm in alarms if self._is_due(alarm, now)]

    def _is_due(self, alarm: Document, now: datetime) -> bool:
        last = self._said.get(alarm["_id"])
        night = nightfall(now)
        if last is None:
            return night is None or instant(alarm["at"]) >= night
        return night is None and now - last >= AGAIN

    def say(self, ids: Collection[str], alarms: Sequence[Document], now: datetime) -> None:
        """These of the standing ``alarms`` have been said to their end."""
        with self._lock:
            self._said.update({a["_id"]: now for a in alarms if a["_id"] in ids})


def nightfall(now: datetime) -> datetime | None:
    """When the night of ``now`` began; None by day."""
    local = now.astimezone(ESTATE)
    if MORNING <= local.hour < EVENING:
        return None
    day = local if local.hour >= EVENING else local - timedelta(days=1)
    return day.replace(hour=EVENING, minute=0, second=0, microsecond=0)
