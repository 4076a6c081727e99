"""One replication at work: what changed at the source, what of it the target lacks, bring that.

https://docs.couchdb.org/en/stable/replication/protocol.html
"""

import asyncio
import logging
import secrets
import ssl
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sync.couch.replicator.checkpoint import Counted, common, recorded
from sync.couch.replicator.errors import ReplicationError
from sync.couch.replicator.remote import Changed, Remote, opened
from sync.couch.replicator.wish import Wish
from sync.couch.wire import Json, dumps

log = logging.getLogger(__name__)

LARGEST, SMALLEST, FIRST = 1000, 20, 200
"""Changes looked at in one go; where documents are large, fewer."""

HEAVY, LIGHT = 8 * 2**20, 2 * 2**20
"""Bytes of one write above which the next is smaller, below which it is larger."""

ABREAST: Final = 3
"""Batches on their way at once: one is read while another is written."""

REFUSED: Final = frozenset({"forbidden", "unauthorized", "document_too_large", "too_large"})
"""Words for a document that the target will never take: it is counted, and left behind."""


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

    def __init__(self, wish: Wish, node: str, tls: ssl.SSLContext | None = None) -> None:
        self.wish = wish
        self.id = wish.id(node)
        self.session = secrets.token_hex(16)
        self.progress = Progress()
        self.history: dict[str, Json] = {}
        self._tls = tls
        self._batch = FIRST
        self._first = ""
        self._soon: asyncio.Task[None] | None = None

    async def run(self) -> dict[str, Json]:
        """Replicate; returns what `_replicate` answers. Raises ReplicationError."""
        async with opened() as session:
            source = Remote(session, self.wish.source, self._tls)
            target = Remote(session, self.wish.target, self._tls)
            await self._begin(source, target)
            try:
                await self._go(source, target)
                await self._save(source, target)
            finally:
                if self._soon:
                    self._soon.cancel()
        return self._told()

    async def _begin(self, source: Remote, target: Remote) -> None:
        await source.get("GET")
        if self.wish.create_target:
            made = await target.ask("PUT")
            if made.status >= 400 and made.word != "file_exists":
                raise ReplicationError(made.word or "http_error", f"cannot make {target.end}")
        await target.get("GET")
        start = ""
        if self.wish.checkpoints:
            here, there = await asyncio.gather(source.local(self.id), target.local(self.id))
            start, self.history = common(here, there), here
        self._first = self.progress.since = self.progress.saved = start or self.wish.since

    async def _go(self, source: Remote, target: Remote) -> None:
        """Carry batches abreast; each counts as done in the order in which they came."""
        flying: deque[tuple[asyncio.Task[None], str]] = deque()
        since = self._first
        feed: asyncio.Task[Changed] | None = asyncio.create_task(self._next(source, since, False))
        try:
            while feed or flying:
                awaited: set[asyncio.Task[Any]] = {flying[0][0]} if flying else set()
                if feed and len(flying) < ABREAST:
                    awaited.add(feed)
                await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
                if flying and flying[0][0].done():
                    task, last = flying.popleft()
                    task.result()
                    self._landed(last, source, target)
                if feed and feed in awaited and feed.done():
                    rows, since, self.progress.pending = feed.result()
                    batch = asyncio.create_task(self._carry(source, target, rows))
                    flying.append((batch, since))
                    feed = None
                    if rows or self.wish.continuous:
                        feed = asyncio.create_task(self._next(source, since, not rows))
        finally:
            rest: list[asyncio.Task[Any]] = [carried for carried, _ in flying]
            rest += [feed] if feed else []
            for left in rest:
                left.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    def _landed(self, last: str, source: Remote, target: Remote) -> None:
        self.progress.since = last
        if self.wish.continuous and (self._soon is None or self._soon.done()):
            self._soon = asyncio.create_task(self._save_soon(source, target))

    async def _next(self, source: Remote, since: str, idle: bool) -> Changed:
        """The changes after ``since``; ``idle``: there were none just now, so wait for one."""
        return await source.changes(
            since,
            self._batch,
            wait=idle,
            style="main_only" if self.wish.winning_only else "all_docs",
            query=self.wish.picked,
            body=dict(self.wish.body),
        )

    async def _carry(self, source: Remote, target: Remote, rows: Sequence[Any]) -> None:
        """Bring what of these changes the target lacks."""
        revs = {row["id"]: [change["rev"] for change in row["changes"]] for row in rows}
        revs = {id: leaves for id, leaves in revs.items() if id}
        if not revs:
            return
        missing = await target.missing(revs)
        wanted = [(id, rev) for id, lack in missing.items() for rev in lack["missing"]]
        done = self.progress.counted
        done.missing_checked += sum(map(len, revs.values()))
        done.missing_found += len(wanted)
        if not wanted:
            return
        found = await source.documents(wanted)
        done.docs_read += len(found)
        done.bulk_get_attempts += len(wanted)
        done.bulk_get_docs += len(found)
        plain = [document for document in found if not document.get("_attachments")]
        await self._write(target, plain)
        for document in found:
            if document.get("_attachments"):
                known = missing.get(str(document["_id"]), {}).get("possible_ancestors", [])
                await self._bring(source, target, document, known)

    async def _write(self, target: Remote, documents: list[dict[str, Json]]) -> None:
        if not documents:
            return
        weight = len(dumps(list(documents)))
        if weight > HEAVY:
            self._batch = max(SMALLEST, self._batch // 2)
        elif weight < LIGHT:
            self._batch = min(LARGEST, self._batch * 2)
        if weight > HEAVY and len(documents) > 1:
            half = len(documents) // 2
            await self._write(target, documents[:half])
            await self._write(target, documents[half:])
            return
        try:
            refused = await target.write(documents)
        except ReplicationError as error:
            if error.word not in REFUSED or len(documents) > 1:
                if error.word in REFUSED:
                    for document in documents:
                        await self._write(target, [document])
                    return
                raise
            refused = [{"id": documents[0].get("_id"), "error": error.word}]
        self._count(len(documents), refused)

    def _count(self, written: int, refused: Sequence[Any]) -> None:
        self.progress.counted.docs_written += written - len(refused)
        self.progress.counted.doc_write_failures += len(refused)
        for row in refused:
            log.warning("%s refuses a document: %s", self.wish.target, row.get("error"))

    async def _bring(
        self, source: Remote, target: Remote, document: dict[str, Json], known: Sequence[str]
    ) -> None:
        """A leaf with attachments: those that the target has already need not come again."""
        id, rev = str(document["_id"]), str(document["_rev"])
        status, word = await source.carry(target, id, rev, known)
        if status == 412 and known:
            status, word = await source.carry(target, id, rev, [])
        if status < 400:
            self._count(1, [])
        elif word in REFUSED:
            self._count(1, [{"error": word}])
        elif word != "missing":  # what is gone from the source comes as another change
            raise ReplicationError(word or "http_error", f"{target.end} answers {status}")

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
