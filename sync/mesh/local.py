"""This node's own database, as the mesh asks it: over HTTP, as its administrator."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    encode_basic_auth,
)
from yarl import URL

from sync.couch.wire import dumps, loads
from sync.mesh.errors import Refusal
from sync.mesh.gateway.feed import lines

log = logging.getLogger(__name__)

AGAIN: Final = 1.0
"""Seconds until a feed that broke off is asked for again."""

SOON: Final = 0.2

LINE: Final = 2**20
"""Bytes of one row of a feed that are read at once."""

SILENCE: Final = 120.0
"""Seconds without a byte after which an answer is given up: a feed has its heartbeat."""

PLAIN: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


class Change(NamedTuple):
    """A change of a database: how many came before, its sequence, the winner as it stands now, a
    tombstone where it is deleted."""

    position: int
    seq: str
    document: Any


class Local:
    """The database server of this node. Close it when done."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._url = url
        self._session = ClientSession(
            headers={"Authorization": encode_basic_auth(name, password, "utf-8")},
            connector=TCPConnector(limit=0),
            timeout=ClientTimeout(total=None, sock_connect=5, sock_read=SILENCE),
            auto_decompress=False,
            read_bufsize=LINE,
        )

    async def close(self) -> None:
        """Let go of every connection."""
        await self._session.close()

    async def ready(self, databases: Collection[str]) -> None:
        """Return once all of these are there: the portal makes them at its first start."""
        while True:
            with suppress(Refusal):
                status, found = await self.ask("GET", "/_all_dbs")
                if status == 200 and set(found).issuperset(databases):
                    return
            await asyncio.sleep(SOON)

    @asynccontextmanager
    async def opened(
        self, method: str, path: str, data: Any = None, headers: Mapping[str, str] = PLAIN
    ) -> AsyncIterator[ClientResponse]:
        """An answer as it comes. Raises Refusal 503 when the database does not answer."""
        url = URL(self._url + path, encoded=True)
        try:
            answer = await self._session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            )
        except (ClientError, TimeoutError, OSError) as error:
            raise Refusal(503, "service_unavailable", "the database does not answer") from error
        async with answer:
            yield answer

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and JSON of a request."""
        headers = PLAIN if body is None else {**PLAIN, "Content-Type": "application/json"}
        data = None if body is None else dumps(body)
        async with self.opened(method, path, data, headers) as answer:
            raw = await answer.read()
            return answer.status, loads(raw) if raw else None

    async def follow(
        self, db: str, since: str, selector: Mapping[str, Any] | None = None
    ) -> AsyncIterator[list[Change]]:
        """The changes of a database, for ever: those that come together, as they come.

        Connects again by itself.
        """
        while True:
            try:
                async for changes in self._changes(db, since, selector):
                    since = changes[-1].seq
                    yield changes
            except (Refusal, ClientError, TimeoutError, OSError) as error:
                log.info("the changes of %s break off: %s", db, error)
            await asyncio.sleep(AGAIN)

    async def _changes(
        self, db: str, since: str, selector: Mapping[str, Any] | None
    ) -> AsyncIterator[list[Change]]:
        asked = {"feed": "continuous", "heartbeat": "20000", "include_docs": "true", "since": since}
        body = dumps({"selector": dict(selector)}) if selector else None
        asked |= {"filter": "_selector"} if selector else {}
        headers = {**PLAIN, "Content-Type": "application/json"}
        path = f"/{db}/_changes?{urlencode(asked)}"
        async with self.opened("POST", path, body or b"{}", headers) as answer:
            if answer.status != 200:
                raise Refusal(answer.status, "bad_answer", f"{db} cannot be followed")
            async for came in lines(answer.content):
                rows = [loads(line) for line in came if line.strip()]
                changes = [_change(row) for row in rows if "doc" in row]
                if changes:
                    yield changes


def _change(row: Any) -> Change:
    return Change(number(row["seq"]), str(row["seq"]), row["doc"])


def number(seq: object) -> int:
    """How many changes a sequence comes after: its first part, in CouchDB too."""
    first = str(seq).partition("-")[0]
    return int(first) if first.isascii() and first.isdigit() else 0
