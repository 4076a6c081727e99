"""One replication at work: what changed at the source, what of it the target lacks, bring that.

https://docs.couchdb.org/en/stable/replication/protocol.html
"""

import asyncio
import logging
import secrets
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sync.couch.replicator.answer import Changed
from sync.couch.replicator.batch import Carrier
from sync.couch.replicator.checkpoint import Counted, common, recorded
from sync.couch.replicator.errors import ReplicationError
from sync.couch.replicator.remote import Remote, opened
from sync.couch.replicator.wish import Wish
from sync.couch.wire import Json

log = logging.getLogger(__name__)

FEWEST: Final = 50
"""Changes looked at in one go at first; as many as documents are fetched in one, then."""

ABREAST: Final = 3
"""Batches on their way at once: one is read while another is written."""

WATCHED: Final = 60.0
"""Seconds between two looks whether both databases are still those it began with."""

Tls = Callable[[], ssl.SSLContext]
"""How https is spoken, by the files as they are when it is called. Raises OSError."""


@dataclass
class Progress:
    """How far a job has come."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    counted: Counted = field(default_factory=Counted)
    since: str = ""
    saved: str = ""
    pending: int | None = None


class Job:
    """One run of a replication: from its checkpoint until all is there, or for ever.

    ``node``: the id of the server that drives it, part of the checkpoint's id.
    """

    def __init__(self, wish: Wish, node: str, tls: Tls = ssl.create_default_context) -> None:
        self.wish = wish
        self.id = wish.id(node)
        self.session = secrets.token_hex(16)
        self.progress = Progress()
        self.history: dict[str, Json] = {}
        self._tls = tls
        self._first = ""
        self._made: tuple[str, str] = ("", "")
        self._soon: asyncio.Task[None] | None = None

    async def run(self) -> dict[str, Json]:
        """Replicate; returns what `_replicate` answers. Raises ReplicationError."""
        tls = self._context()
        async with opened() as session:
            source = Remote(session, self.wish.source, tls)
            target = Remote(session, self.wish.target, tls)
            await self._begin(source, target)
            try:
                await self._go(source, target)
            finally:
                await _stop([self._soon] if self._soon else [])
            await self._save(source, target)
        return self._told()

    def _context(self) -> ssl.SSLContext | None:
        ends = (self.wish.source.url, self.wish.target.url)
        if not any(url.startswith("https:") for url in ends):
            return None
        try:
            return self._tls()
        except OSError as error:
            raise ReplicationError("bad_certificate", f"cannot be used: {error}") from error

    async def _begin(self, source: Remote, target: Remote) -> None:
        made = await source.made()
        if self.wish.create_target:
            asked = await target.ask("PUT")
            if asked.status >= 400 and asked.word != "file_exists":
                raise ReplicationError(asked.word or "http_error", f"cannot make {target.end}")
        self._made = made, await target.made()
        start = ""
        if self.wish.checkpoints:
            here, there = await asyncio.gather(source.local(self.id), target.local(self.id))
            start, self.history = common(here, there), here
        self._first = self.progress.since = self.progress.saved = start or self.wish.since

    async def _go(self, source: Remote, target: Remote) -> None:
        """Carry batches abreast; each counts as done in the order in which they came."""
        carrier = Carrier(source, target, self.progress.counted)
        flying: deque[tuple[asyncio.Task[None], str]] = deque()
        watch = asyncio.create_task(self._watch(source, target))
        feed: asyncio.Task[Changed] | None
        feed = asyncio.create_task(self._next(source, self._first, FEWEST, False))
        try:
            while feed or flying:
                awaited: set[asyncio.Task[Any]] = {watch, *([flying[0][0]] if flying else [])}
                if feed and len(flying) < ABREAST:
                    awaited.add(feed)
                done, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
                if watch in done:
                    watch.result()
                if flying and flying[0][0].done():
                    task, last = flying.popleft()
                    task.result()
                    self._landed(last, source, target)
                if feed in done and feed:
                    rows, since, self.progress.pending = feed.result()
                    flying.append((asyncio.create_task(carrier.carry(rows)), since))
                    feed = None
                    if rows or self.wish.continuous:
                        many = max(FEWEST, carrier.size)
                        feed = asyncio.create_task(self._next(source, since, many, not rows))
        finally:
            await _stop([watch, *(carried for carried, _ in flying), *([feed] if feed else [])])

    def _landed(self, last: str, source: Remote, target: Remote) -> None:
        self.progress.since = last
        if self._soon is None or self._soon.done():
            self._soon = asyncio.create_task(self._save_soon(source, target))

    async def _next(self, source: Remote, since: str, many: int, idle: bool) -> Changed:
        """The changes after ``since``; ``idle``: there were none just now, so wait for one."""
        return await source.changes(
            since,
            many,
            wait=idle,
            style="main_only" if self.wish.winning_only else "all_docs",
            query=self.wish.picked,
            body=dict(self.wish.body),
        )

    async def _watch(self, source: Remote, target: Remote) -> None:
        while True:
            await asyncio.sleep(WATCHED)
            await self._recognize(source, target)

    async def _recognize(self, source: Remote, target: Remote) -> None:
        """A database made anew under the same name, as one that was damaged is, must not be taken
        for the one this began with: what was in it would never come again."""
        if (await source.made(), await target.made()) != self._made:
            said = "instance_start_time has changed since last checkpoint"
            raise ReplicationError("checkpoint_commit_failure", said)

    async def _save_soon(self, source: Remote, target: Remote) -> None:
        await asyncio.sleep(self.wish.interval)
        try:
            await self._save(source, target)
        except ReplicationError as error:
            log.info("the checkpoint waits: %s", error)

    async def _save(self, source: Remote, target: Remote) -> None:
        """Write the checkpoint to both sides: what was written there is on disk by then."""
        last = self.progress.since
        if not self.wish.checkpoints or not last or last == self.progress.saved:
            return
        await target.commit()
        await self._recognize(source, target)
        progress = self.progress
        document = recorded(
            self.history, self.session, progress.started, self._first, last, progress.counted
        )
        await target.keep(self.id, document)
        await source.keep(self.id, document)
        self.history, progress.saved = document, last

    def _told(self) -> dict[str, Json]:
        told: dict[str, Json] = {"ok": True}
        if self.progress.counted.missing_checked == 0 and self.history:
            told["no_changes"] = True
        return told | {k: v for k, v in self.history.items() if not k.startswith("_")}


async def _stop(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
