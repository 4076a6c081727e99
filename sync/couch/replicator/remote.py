"""One database at the end of a replication, over HTTP."""

import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from sync.couch.replicator.answer import Answer, Changed, Failure, Found, Strange
from sync.couch.replicator.endpoint import Endpoint
from sync.couch.replicator.errors import ReplicationError
from sync.couch.wire import Json, dumps

if TYPE_CHECKING:  # a server that never replicates does not load it
    from aiohttp import ClientResponse, ClientSession

T = TypeVar("T")
HEARTBEAT: Final = 10_000
"""Milliseconds between the newlines of a feed that has nothing to say."""

CONNECT, SILENCE, MUTE = 15, 90, 30
"""Seconds to wait for a connection; for the next byte of an answer; for that of a feed, which has
its heartbeat."""

JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}
_NONE: Final[Mapping[str, str]] = {}
TYPED: Final = ("Content-Type", "Content-Length")


class Remote:
    """A database as a replication uses it. Every call may raise ReplicationError."""

    def __init__(self, session: "ClientSession", end: Endpoint, tls: ssl.SSLContext | None) -> None:
        self._session = session
        self._tls: Any = tls if tls is not None else True
        self.end = end

    async def ask(
        self,
        method: str,
        path: str = "",
        body: Json = None,
        query: Mapping[str, str] = _NONE,
        silence: float = SILENCE,
    ) -> Answer:
        """The answer of one request, whatever its status; ``silence``: seconds to its next byte."""
        data = BytesIO(dumps(body)) if body is not None else None
        async with self._opened(method, path, query, JSON, data, silence) as answer:
            raw = await answer.read()
            return Answer(answer.status, raw)

    async def get(self, method: str, path: str = "", body: Json = None) -> Any:
        """The JSON of a request that succeeds."""
        answer = await self.ask(method, path, body)
        if answer.status >= 400:
            raise self._refused(answer)
        if answer.value is None:
            raise self._strange(answer.status)
        return answer.value

    def _read(self, answer: Answer, read: Callable[[Answer], T]) -> T:
        """What an answer says that must be no refusal."""
        if answer.status >= 400:
            raise self._refused(answer)
        try:
            return read(answer)
        except Strange as error:
            raise self._strange(error) from error

    def _strange(self, what: object) -> ReplicationError:
        return ReplicationError("bad_answer", f"{self.end} answers what CouchDB never does: {what}")

    def _refused(self, answer: Answer) -> ReplicationError:
        if answer.status == 404 and answer.word in ("not_found", "db_not_found"):
            return ReplicationError("db_not_found", f"could not open {self.end}", 404)
        return ReplicationError(
            answer.word or "http_error",
            f"{self.end} answers {answer.status}: {answer.reason}",
            answered=answer.status,
        )

    @asynccontextmanager
    async def _opened(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        data: Any,
        silence: float = SILENCE,
    ) -> "AsyncIterator[ClientResponse]":
        from aiohttp import ClientError, ClientTimeout
        from yarl import URL

        sent = {**headers, **self.end.headers, "Accept-Encoding": "identity"}
        try:
            async with self._session.request(
                method,
                URL(self.end.url + path, encoded=True),
                params=dict(query),
                data=data,
                headers=sent,
                ssl=self._tls,
                timeout=ClientTimeout(total=None, sock_connect=CONNECT, sock_read=silence),
                allow_redirects=False,
            ) as answer:
                yield answer
        except (ClientError, TimeoutError, OSError) as error:
            raise ReplicationError("unreachable", f"{self.end}: {error or 'silence'}") from error

    async def changes(
        self,
        since: str,
        limit: int,
        *,
        wait: bool,
        style: str,
        query: Mapping[str, str],
        body: Json,
    ) -> Changed:
        """Rows after ``since``, the sequence they lead to, and how many follow, where it is told.

        ``wait``: until there is at least one.
        """
        asked = {"style": style, "limit": str(limit), **query}
        if since:
            asked["since"] = since
        if wait:
            asked |= {"feed": "longpoll", "heartbeat": str(HEARTBEAT)}
        method = "POST" if body else "GET"
        answer = await self.ask(method, "/_changes", body or None, asked, MUTE)
        return self._read(answer, Answer.changes)

    async def missing(self, revs: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Of these revisions by document, what is not there, as `_revs_diff` tells."""
        body: Json = {id: list(leaves) for id, leaves in revs.items()}
        return self._read(await self.ask("POST", "/_revs_diff", body), Answer.missing)

    async def documents(self, wanted: Iterable[tuple[str, str]]) -> Found:
        """These leaves, ``(id, revision)``, with their histories and stubs of their attachments.

        Where a newer leaf took the place of one, that one. What is said of those it fails to give
        is handed on; of some nothing may be said.
        """
        docs: list[Json] = [{"id": id, "rev": rev} for id, rev in wanted]
        query = {"revs": "true", "latest": "true", "attachments": "false"}
        answer = await self.ask("POST", "/_bulk_get", {"docs": docs}, query)
        return self._read(answer, Answer.documents)

    async def write(self, documents: Sequence[Json]) -> list[Failure]:
        """Graft leaves with their histories; which of them were refused."""
        body: Json = {"docs": list(documents), "new_edits": False}
        return self._read(await self.ask("POST", "/_bulk_docs", body), Answer.refused)

    async def commit(self) -> None:
        """Ask that what was written be on disk; CouchDB 3 always says that it is."""
        await self.get("POST", "/_ensure_full_commit", {})

    async def made(self) -> str:
        """When the database was made, as `instance_start_time` says it: another time, another
        database of the same name."""
        info = await self.get("GET")
        return str(info.get("instance_start_time")) if isinstance(info, dict) else ""

    async def local(self, id: str) -> dict[str, Json]:
        """A `_local` document; empty when there is none."""
        answer = await self.ask("GET", f"/_local/{id}")
        if answer.status == 404 and isinstance(answer.value, dict):
            return {}
        if answer.status >= 400 or not isinstance(answer.value, dict):
            raise self._refused(answer)
        return answer.value

    async def keep(self, id: str, document: Mapping[str, Json]) -> None:
        """Write a `_local` document over whatever stands there."""
        for _ in range(3):
            there = await self.local(id)
            body = {**document, **({"_rev": there["_rev"]} if "_rev" in there else {})}
            answer = await self.ask("PUT", f"/_local/{id}", body)
            if answer.status < 400:
                return
            if answer.status != 409:
                raise self._refused(answer)
        raise ReplicationError("checkpoint_commit_failure", f"{self.end} changes all the time")

    async def carry(
        self, other: "Remote", id: str, rev: str, known: Sequence[str]
    ) -> "tuple[int, str, Remote]":
        """Bring a leaf with its attachments to ``other`` as it comes, none of it kept in memory.

        ``known``: leaves there from which it may descend, whose attachments need not come again.
        The status and the word of the answer, and who gave it. A GET of `multipart/related` is,
        byte for byte, what a PUT of it sends (CouchDB, "Efficient Multiple Attachments
        Retrieving").
        """
        # Never `latest`: beside `rev` Apache answers with the winner, and a leaf would be lost.
        query = {"rev": rev, "revs": "true", "attachments": "true", "att_encoding_info": "true"}
        if known:
            query["atts_since"] = dumps(list(known)).decode()
        accepted = {"Accept": "multipart/related, application/json"}
        async with self._opened("GET", _path(id), query, accepted, None) as found:
            if found.status >= 400:
                raw = await found.read()
                return found.status, Answer(found.status, raw).word, self
            headers = {name: found.headers[name] for name in TYPED if name in found.headers}
            headers |= {"Accept": "application/json"}
            body = found.content.iter_chunked(65536)
            async with other._opened("PUT", _path(id), _GRAFT, headers, body) as answer:
                raw = await answer.read()
                return answer.status, Answer(answer.status, raw).word, other


_GRAFT: Final = {"new_edits": "false"}


def _path(id: str) -> str:
    """A document's path: of a design document the slash stays."""
    first, slash, rest = id.partition("/")
    if slash and first == "_design":
        return f"/_design/{quote(rest, safe='')}"
    return "/" + quote(id, safe="")


@asynccontextmanager
async def opened() -> "AsyncIterator[ClientSession]":
    """Connections for the two ends of one replication."""
    from aiohttp import ClientSession, TCPConnector

    async with ClientSession(connector=TCPConnector(socket_factory=_socket)) as session:
        yield session


def _socket(place: tuple[Any, ...]) -> socket.socket:
    """One that notices a peer whose power is cut: nothing else bounds what is being sent."""
    family, kind, protocol, _, _ = place
    made = socket.socket(family, kind, protocol)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE * 1000)
    return made
