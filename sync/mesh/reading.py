"""The feeds and calendars that this machine follows, read again every hour beside all else."""

import asyncio
import random
from typing import Final

from sync import internet
from sync.database import Database
from sync.imports.followed import followed, read_again
from sync.mesh.settings import Settings
from sync.time.estate import EstateClock

FIRST: Final = 90.0
"""Seconds until the first reading: a node that starts has more pressing things to do."""

EVERY: Final = 3600.0
"""Seconds between two readings, give or take a tenth: halls do not all ask in the same second."""

SOON: Final = 300.0
"""Seconds where there was no way out: that it is back is worth knowing."""


class Reading:
    """Of the node in ``settings``, by ``clock``: without a sure time nothing is read, for what is
    over and what is to come would be judged by a wrong day."""

    def __init__(self, settings: Settings, clock: EstateClock) -> None:
        self._data, self._clock = settings.data, clock
        self._database = Database(settings.url, settings.name, settings.password)

    async def run(self) -> None:
        """Read, and read again; for ever."""
        await asyncio.sleep(FIRST)
        while True:
            await asyncio.to_thread(self.read)
            await asyncio.sleep(self.pause())

    def read(self) -> None:
        """Read all that is followed, once. Blocks."""
        at = self._clock.sure()
        if at is not None and followed(self._data):
            read_again(self._database, self._data, at)

    def pause(self) -> float:
        """Seconds until the next reading."""
        out = internet.known(self._data / internet.NAME, self._clock.now())
        cut = bool(followed(self._data)) and out is not None and not out[0]
        return (SOON if cut else EVERY) * random.uniform(0.9, 1.1)
