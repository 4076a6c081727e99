"""The replications of a server: each runs, is tried again when it fails, and tells how it goes."""

import asyncio
import logging
import random
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Final

from sync.couch.replicator.errors import ReplicationError
from sync.couch.replicator.job import Job, Tls
from sync.couch.replicator.wish import Wish
from sync.couch.wire import Json

log = logging.getLogger(__name__)

SOON, LATEST = 0.5, 30.0
"""Seconds to the next attempt after the first failure, doubled each time, at most the latter."""

PAST: Final = 20
"""Events of a job that are remembered."""

Done = Callable[["Running", dict[str, Json]], Awaitable[None]]


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row, spread so that halls do not come as one."""
    longest = min(LATEST, SOON * 2.0 ** min(failures - 1, 16))
    return longest * random.uniform(0.5, 1.0)


@dataclass
class Running:
    """A replication kept at work. ``document``: the id in `_replicator` that asks for it."""

    wish: Wish
    node: str
    document: str | None = None
    state: str = "initializing"
    reason: str = ""
    failures: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    past: deque[dict[str, Json]] = field(default_factory=lambda: deque(maxlen=PAST))
    job: Job | None = None
    task: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        """As `_scheduler/jobs` names it."""
        return self.wish.task(self.node)

    def turn(self, state: str, event: str, reason: str = "") -> None:
        """Take another state, and remember why."""
        self.state, self.reason, self.updated = state, reason, datetime.now(UTC)
        told: dict[str, Json] = {"timestamp": stamp(self.updated), "type": event}
        self.past.appendleft({**told, "reason": reason} if reason else told)

    def info(self) -> dict[str, Json]:
        """What `_scheduler` tells of it: CouchDB's names."""
        if self.reason:
            return {"error": self.reason}
        if self.job is None:
            return {}
        progress = self.job.progress
        counted = asdict(progress.counted)
        return {
            "revisions_checked": counted.pop("missing_checked"),
            "missing_revisions_found": counted.pop("missing_found"),
            **counted,
            "changes_pending": progress.pending,
            "checkpointed_source_seq": progress.saved or "0",
            "source_seq": progress.since or "0",
            "through_seq": progress.since or "0",
        }


def stamp(when: datetime) -> str:
    """RFC 3339, to the second."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class Replications:
    """All that run on the server ``node``; ``tls``: how they speak https."""

    def __init__(self, node: str, tls: Tls = ssl.create_default_context) -> None:
        self.node = node
        self._tls = tls
        self._known: dict[str, Running] = {}

    def all(self) -> list[Running]:
        """Those at work, or waiting for their next attempt."""
        return list(self._known.values())

    async def once(self, wish: Wish) -> dict[str, Json]:
        """Replicate and answer. Raises ReplicationError."""
        running = Running(wish, self.node)
        if running.id in self._known:
            raise ReplicationError("conflict", "this replication is already at work", 409)
        running.job = Job(wish, self.node, self._tls)
        running.task = asyncio.current_task()
        running.turn("running", "started")
        self._known[running.id] = running
        try:
            return await running.job.run()
        finally:
            self._known.pop(running.id, None)

    def keep(self, wish: Wish, document: str | None = None, done: Done | None = None) -> Running:
        """Keep a replication at work until it is done, or for ever; the same one is not doubled."""
        running = Running(wish, self.node, document)
        known = self._known.get(running.id)
        if known:
            return known
        self._known[running.id] = running
        running.turn("pending", "added")
        running.task = asyncio.create_task(self._kept(running, done))
        return running

    async def end(self, id: str) -> bool:
        """Stop a replication; whether there was one."""
        running = self._known.pop(id, None)
        if running is None:
            return False
        if running.task and running.task is not asyncio.current_task():
            running.task.cancel()
            with suppress(asyncio.CancelledError, ReplicationError):
                await running.task
        return True

    async def close(self) -> None:
        """Stop them all."""
        for id in list(self._known):
            await self.end(id)

    async def _kept(self, running: Running, done: Done | None) -> None:
        while True:
            job = running.job = Job(running.wish, self.node, self._tls)
            began = time.monotonic()
            running.turn("running", "started")
            try:
                result = await job.run()
                break
            except ReplicationError as error:
                self._crashed(running, str(error))
            except Exception as error:
                log.exception("the replication to %s crashed", running.wish.target)
                self._crashed(running, repr(error))
            if job.progress.counted.docs_read or time.monotonic() - began > LATEST:
                running.failures = 1  # it got on before it failed: the way is there
            await asyncio.sleep(pause(running.failures))
        running.turn("completed", "done")
        self._known.pop(running.id, None)
        if done:
            await done(running, result)

    def _crashed(self, running: Running, reason: str) -> None:
        running.failures += 1
        running.turn("crashing", "crashed", reason)
        log.info("replication %s waits: %s", running.id, reason)
