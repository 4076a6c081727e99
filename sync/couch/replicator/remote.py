"""One database at the end of a replication, over HTTP."""

import ssl
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sync.couch.replicator.endpoint import Endpoint
from sync.couch.replicator.errors import ReplicationError
from sync.couch.wire import Json, dumps, loads

if TYPE_CHECKING:  # a server that never replicates does not load it
    from aiohttp import ClientResponse, ClientSession

HEARTBEAT: Final = 10_000
"""Milliseconds between the newlines of a feed that has nothing to say."""

CONNECT, SILENCE = 15, 90
"""Seconds to wait for a connection, and for the next byte: a feed has its heartbeat."""

JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}
TYPED: Final = ("Content-Type", "Content-Length")


Changed = tuple[list[Any], str, int | None]
"""Rows of `_changes`, the sequence they lead to, and how many follow, where it is told."""


class Answer:
    """What a request was answered: its status and its JSON."""

    def __init__(self, status: int, value: Json) -> None:
        self.status = status
        self.value = value

    @property
    def word(self) -> str:
        """CouchDB's word of refusal; "" where there is none."""
        return str(self.value.get("error", "")) if isinstance(self.value, dict) else ""


class Remote:
    """A database as a replication uses it. Every call may raise ReplicationError."""

    def __init__(self, session: "ClientSession", end: Endpoint, tls: ssl.SSLContext | None) -> None:
        self._session = session
        self._tls: Any = tls if tls is not None else True
        self.end = end

    async def ask(self, method: str, path: str = "", body: Json = None, **query: str) -> Answer:
        """The answer of one request, whatever its status."""
        data = dumps(body) if body is not None else None
        async with self._opened(method, path, query, JSON, data) as answer:
            raw = await answer.read()
            if not raw or method == "HEAD":
                return Answer(answer.status, None)
            try:
                return Answer(answer.status, loads(raw))
            except Exception as error:
                raise ReplicationError(
                    "bad_answer", f"{self.end} answers {answer.status} with what is not JSON"
                ) from error

    async def get(self, method: str, path: str = "", body: Json = None, **query: str) -> Any:
        """The JSON of a request that succeeds."""
        answer = await self.ask(method, path, body, **query)
        if answer.status >= 400:
            raise self._refused(answer)
        return answer.value

    def _refused(self, answer: Answer) -> ReplicationError:
        if answer.status == 404 and answer.word in ("not_found", "db_not_found"):
            return ReplicationError("db_not_found", f"could not open {self.end}", 404)
        reason = answer.value.get("reason") if isinstance(answer.value, dict) else None
        return ReplicationError(
            answer.word or "http_error", f"{self.end} answers {answer.status}: {reason}"
        )

    @asynccontextmanager
    async def _opened(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        data: Any,
    ) -> "AsyncIterator[ClientResponse]":
        from aiohttp import ClientError
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
        found = await self.get(method, "/_changes", body or None, **asked)
        pending = found.get("pending")
        return found["results"], str(found["last_seq"]), pending

    async def missing(self, revs: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Of these revisions by document, what is not there, as `_revs_diff` tells."""
        return dict(await self.get("POST", "/_revs_diff", {id: list(r) for id, r in revs.items()}))

    async def documents(self, wanted: Iterable[tuple[str, str]]) -> list[dict[str, Json]]:
        """These leaves, ``(id, revision)``, with their histories and stubs of their attachments.

        Where a newer leaf took the place of one, that one; what is gone meanwhile is left out.
        """
        docs: list[Json] = [{"id": id, "rev": rev} for id, rev in wanted]
        answer = await self.get(
            "POST", "/_bulk_get", {"docs": docs}, revs="true", latest="true", attachments="false"
        )
        rows = [row for result in answer["results"] for row in result["docs"]]
        unique = {(row["ok"]["_id"], row["ok"]["_rev"]): row["ok"] for row in rows if "ok" in row}
        return list(unique.values())

    async def write(self, documents: Sequence[Json]) -> list[Any]:
        """Graft leaves with their histories; what was refused, as `_bulk_docs` says it."""
        body: Json = {"docs": list(documents), "new_edits": False}
        rows = await self.get("POST", "/_bulk_docs", body)
        return [row for row in rows if "error" in row]

    async def commit(self) -> None:
        """Ask that what was written be on disk; CouchDB 3 always says that it is."""
        await self.get("POST", "/_ensure_full_commit", {})

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
    ) -> tuple[int, str]:
        """Bring a leaf with its attachments to ``other`` as it comes, none of it kept in memory.

        ``known``: leaves there from which it may descend, whose attachments need not come again.
        The status and the word of the answer. A GET of `multipart/related` is, byte for byte,
        what a PUT of it sends (CouchDB, "Efficient Multiple Attachments Retrieving").
        """
        # Never `latest`: beside `rev` Apache answers with the winner, and a leaf would be lost.
        query = {"rev": rev, "revs": "true", "attachments": "true", "att_encoding_info": "true"}
        if known:
            query["atts_since"] = dumps(list(known)).decode()
        accepted = {"Accept": "multipart/related, application/json"}
        async with self._opened("GET", _path(id), query, accepted, None) as found:
            if found.status >= 400:
                await found.read()
                return found.status, "missing"
            headers = {name: found.headers[name] for name in TYPED if name in found.headers}
            headers |= {"Accept": "application/json"}
            body = found.content.iter_chunked(65536)
            async with other._opened("PUT", _path(id), _GRAFT, headers, body) as answer:
                raw = await answer.read()
                if answer.status < 400:
                    return answer.status, ""
                return answer.status, Answer(answer.status, _read(raw)).word


_GRAFT: Final = {"new_edits": "false"}


def _read(raw: bytes) -> Json:
    try:
        return loads(raw)
    except Exception:
        return None


def _path(id: str) -> str:
    """A document's path: of a design document the slash stays."""
    first, slash, rest = id.partition("/")
    if slash and first == "_design":
        return f"/_design/{quote(rest, safe='')}"
    return "/" + quote(id, safe="")


@asynccontextmanager
async def opened() -> "AsyncIterator[ClientSession]":
    """Connections for the two ends of one replication."""
    from aiohttp import ClientSession, ClientTimeout

    patience = ClientTimeout(total=None, sock_connect=CONNECT, sock_read=SILENCE)
    async with ClientSession(timeout=patience) as session:
        yield session
