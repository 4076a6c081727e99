"""What a node does with its documents when their time has come, beside all that goes on.

Blocking work over the whole database, in threads of its own; what it finds out is read at once by
the gateway: what has ended, who was erased, what this node keeps.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sync import upkeep
from sync.clock import stamp
from sync.conflicts import Conflicts
from sync.database import Database
from sync.documents.erasure import ERASURE, MOVEOUT
from sync.documents.kind import Document
from sync.errors import SyncError
from sync.mesh import absence, carrying, erasing, leaving
from sync.mesh.here import Here, takes
from sync.mesh.retention import KEPT, end_of, sweep
from sync.mesh.settings import Settings
from sync.mesh.survey import Verify, survey
from sync.time.estate import EstateClock

if TYPE_CHECKING:  # it speaks HTTP: a machine on its own does not
    from sync.mesh.local import Local

log = logging.getLogger(__name__)

SURVEY: Final = 60.0
"""Seconds between two looks at who lives where."""

SWEEP: Final = 3600.0
"""Seconds between two sweeps, and for how far ahead their look at what ends is good."""

FIRST: Final = 120.0
"""Seconds until the first: a node that starts has more pressing things to do."""

GLANCE: Final = 0.1
"""Seconds for which one look at the clock is good for what passes the gateway."""

PAUSE: Final = 0.05
"""Seconds left to pages after each hundred documents."""


class Housekeeping:
    """Of the node in ``settings``; ``verify`` says whether a document is the landlord's.

    ``merged``: how many documents two machines have written apart, at the last look.

    Without ``local`` there is no estate, and nobody's word to follow.
    """

    def __init__(
        self,
        settings: Settings,
        here: Here,
        clock: EstateClock,
        verify: Verify,
        local: "Local | None",
    ) -> None:
        self._settings, self._clock, self._verify, self._local = settings, clock, verify, local
        self._database = Database(settings.url, settings.name, settings.password)
        self._here = here
        self._ends: dict[str, datetime] = {}
        self._glanced: tuple[float, datetime | None] = (-GLANCE, None)
        self._gone: Mapping[tuple[str, str], datetime] = {}
        self._conflicts = Conflicts(self._database)
        self.merged = 0

    def takes(self, document: Document) -> bool:
        """Whether a document that a peer sends is worth keeping here."""
        return takes(document, self._sure(), self._here)

    @property
    def moved(self) -> Mapping[str, datetime]:
        """Since when those behind a door are others, by household."""
        return self._here.moved

    def serves(self, id: str) -> bool:
        """Whether the document with this id has not ended yet, as far as the last sweep knows."""
        end = self._ends.get(id)
        at = self._sure() if end else None
        return end is None or at is None or at < end

    def _sure(self) -> datetime | None:
        """Estate time where it is beyond doubt; a thousand documents are asked of at a time."""
        tick = time.monotonic()
        if tick - self._glanced[0] > GLANCE:
            self._glanced = (tick, self._clock.sure())
        return self._glanced[1]

    async def renew(self) -> None:
        """Before anything is replicated: empty a node that was away too long."""
        path = self._settings.data / absence.NAME
        kept = await asyncio.to_thread(absence.renew, self._database, self._clock, self._here, path)
        if kept is not None:
            log.warning("cloned anew after a long absence; %d documents of its own kept", kept)

    async def met(self) -> None:
        """All that some hall has is here now."""
        at = self._clock.sure()
        if at:
            await self._quietly(lambda: absence.met(self._database, at))

    async def carried(self, db: str, seq: int) -> None:
        """The landlord has all of a database up to a change."""
        await self._quietly(lambda: carrying.carried(self._database, db, seq))

    async def look(self) -> None:
        """Keep in mind who lives where and who is erased; for ever."""
        while True:
            await self._quietly(self._survey)
            await asyncio.sleep(SURVEY)

    async def erase(self) -> None:
        """Carry out what the landlord has signed, as it comes; for ever."""
        await self._quietly(self._erase)
        assert self._local is not None
        kinds = {"kind": {"$in": [ERASURE.name, MOVEOUT.name]}}
        async for _ in self._local.follow("estate", "now", kinds):
            await self._quietly(self._survey)
            await self._quietly(self._erase)

    async def sweep(self) -> None:
        """Purge what is over, by the clock; for ever."""
        await asyncio.sleep(FIRST)
        while True:
            await self._quietly(self._sweep)
            await asyncio.sleep(SWEEP)

    def _survey(self) -> None:
        bare = replace(self._here, homes={}, moved={}, left={}, erased=())
        self._here = survey(self._database, bare, self._verify, self._clock.now())
        if self._here.left != self._gone and self._clock.certain:
            leaving.carry_out(self._database, self._here)
            self._gone = self._here.left
        self.merged = len(self._conflicts.found())

    def _erase(self) -> None:
        origin = self._settings.origin
        for erasure in erasing.pending(self._database, self._verify, origin):
            at = stamp(self._clock.now())
            went = erasing.execute(self._database, erasure, self._verify, at=at, origin=origin)
            log.info("an erasure is carried out: %s", dict(went))

    def _sweep(self) -> None:
        self._ends = self._ending(self._clock.now() + timedelta(seconds=2 * SWEEP))
        told = sweep(self._database, self._clock, self._here, PAUSE)
        log.info("swept: %s", dict(told))

    def _ending(self, until: datetime) -> dict[str, datetime]:
        """What has ended, or will before ``until``: by id, when."""
        found: dict[str, datetime] = {}
        for db in KEPT:
            for page in upkeep.walk(self._database, db):
                for document in page:
                    end = end_of(document)
                    if end is not None and end <= until:
                        found[document["_id"]] = end
        return found

    async def _quietly(self, work: Callable[[], None]) -> None:
        """Do it in a thread; a database that is away is no reason to stop."""
        try:
            await asyncio.to_thread(work)
        except SyncError as error:
            log.info("put off: %s", error)
