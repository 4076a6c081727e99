"""The `_replicator` database: replications asked for by documents, and told of in them.

https://docs.couchdb.org/en/stable/replication/replicator.html
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sync.couch.replicator.endpoint import Endpoint
from sync.couch.replicator.errors import BadWish, ReplicationError
from sync.couch.replicator.remote import Remote, opened
from sync.couch.replicator.running import Replications, Running, stamp
from sync.couch.replicator.wish import Wish, wished
from sync.couch.wire import Json

log = logging.getLogger(__name__)

NAME: Final = "_replicator"
AGAIN: Final = 1.0
"""Seconds until the database is looked for again, where there is none."""

MANY: Final = 200
ENDED: Final = frozenset({"completed", "failed"})


@dataclass
class Asked:
    """A document that asks for a replication."""

    wish: Wish | None
    running: Running | None = None
    rev: str = ""
    state: str = "initializing"
    told: dict[str, Json] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Documents:
    """Follows `_replicator` of the server ``here``; each document keeps a replication at work."""

    def __init__(
        self, replications: Replications, here: Endpoint, exists: Callable[[], bool]
    ) -> None:
        self._replications = replications
        self._here = here
        self._exists = exists
        self.asked: dict[str, Asked] = {}

    async def follow(self) -> None:
        """Follow for ever; without the database wait for it."""
        place = Endpoint(f"{self._here.url}/{NAME}", self._here.headers)
        while True:
            if self._exists():
                async with opened() as session:
                    await self._follow(Remote(session, place, None))
            await asyncio.sleep(AGAIN)

    async def _follow(self, remote: Remote) -> None:
        try:
            await self._read_on(remote)
        except ReplicationError as error:
            if error.status != 404:
                log.warning("the replications' documents cannot be read: %s", error)
        if not self._exists():
            await self._forget_all()

    async def _read_on(self, remote: Remote) -> None:
        since, wait = "", False
        query = {"include_docs": "true"}
        while True:
            rows, since, _ = await remote.changes(
                since, MANY, wait=wait, style="main_only", query=query, body={}
            )
            for row in rows:
                await self._take(remote, row["id"], None if row.get("deleted") else row["doc"])
            wait = not rows

    async def _take(self, remote: Remote, id: str, document: Mapping[str, Json] | None) -> None:
        if id.startswith("_design/"):
            return
        known = self.asked.get(id)
        if document is None:
            await self._forget(id)
            return
        if document.get("_replication_state") in ENDED:
            if known is None or known.running is None or known.running.state != "completed":
                await self._forget(id)
            self.asked[id] = _ended(document, self._here)
            return
        try:
            wish = wished(document, self._here)
        except BadWish as error:
            await self._forget(id)
            self.asked[id] = Asked(None, state="failed", told={"error": error.reason})
            await self._tell(remote, id, "failed", {"_replication_state_reason": error.reason})
            return
        rev = str(document["_rev"])
        if known and known.running and known.rev == rev:
            return
        # Written again, it is asked for again: at once, however long it would have waited.
        await self._forget(id)

        async def done(running: Running, result: dict[str, Json]) -> None:
            stats = {k: v for k, v in running.info().items() if isinstance(v, int)}
            words: dict[str, Json] = {"_replication_stats": stats, "_replication_id": running.id}
            await self._tell(remote, id, "completed", words)

        running = self._replications.keep(wish, id, done)
        self.asked[id] = Asked(wish, running, rev=rev)

    async def _tell(self, remote: Remote, id: str, state: str, words: Mapping[str, Json]) -> None:
        """Write into the document what became of it; another edit meanwhile goes before."""
        try:
            document = await remote.get("GET", f"/{id}")
            told = {
                "_replication_state": state,
                "_replication_state_time": stamp(datetime.now(UTC)),
            }
            await remote.ask("PUT", f"/{id}", {**document, **told, **words})
        except ReplicationError as error:
            log.warning("what became of a replication is not written: %s", error)

    async def _forget(self, id: str) -> None:
        known = self.asked.pop(id, None)
        if known and known.running and known.running.document == id:
            await self._replications.end(known.running.id)

    async def _forget_all(self) -> None:
        for id in list(self.asked):
            await self._forget(id)


def _ended(document: Mapping[str, Json], here: Endpoint) -> Asked:
    try:
        wish: Wish | None = wished(document, here)
    except BadWish:
        wish = None
    state = str(document["_replication_state"])
    stats = document.get("_replication_stats")
    told = dict(stats) if isinstance(stats, dict) else {}
    if state == "failed":
        told = {"error": document.get("_replication_state_reason")}
    return Asked(wish, state=state, told=told)
