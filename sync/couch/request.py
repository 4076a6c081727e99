"""A request as the handlers see it: path, query and body, decoded once and bounded."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from sync.couch.errors import (
    CouchError,
    bad_query,
    bad_request,
    bad_type,
    stalled,
    too_large,
)
from sync.couch.gzip import unpacker
from sync.couch.users import NOBODY
from sync.couch.wire import Json, loads

MAX_REQUEST = 256 * 1024 * 1024
"""Bytes of a JSON body, compressed or not: PouchDB sends the attachments of a hundred documents in
one, as base64."""
LARGE = 16 * 1024 * 1024
"""Bytes of a JSON body beyond which it waits for its turn: one at a time is held in memory."""
STALLED = 60.0
"""Seconds that a client whose turn it is may send nothing."""
MAX_URL = 32 * 1024

_TURN = asyncio.Lock()

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Disconnected(Exception):
    """The client went away in the middle of its request."""


class Request:
    """One request. `path` holds the decoded segments of the URL, empty ones left out."""

    def __init__(self, scope: dict[str, Any], receive: Receive) -> None:
        """Raises CouchError 400 for escapes that are no UTF-8, 414 for a long URL."""
        self.method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope.get("query_string", b"")
        if len(raw) + len(query) > MAX_URL:
            raise CouchError(414, "too_long", "the request uri is too long")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.receive = receive
        self.user = NOBODY
        """Who asks."""
        self.shapes = True
        """Whether they may write design documents here."""
        self._has_turn = False
        self.path = [_decode(part) for part in raw.split(b"?")[0].split(b"/") if part]
        self.query = _parse_query(query)

    @property
    def db(self) -> str:
        """Name of the database the URL names."""
        return self.path[0]

    @property
    def id(self) -> str:
        """Id of the document the URL names, `_design/` and `_local/` included."""
        if self.path[1] == "_local":
            return "/".join(self.path[1:])
        return "/".join(self.path[1:3]) if self.path[1] == "_design" else self.path[1]

    @property
    def attachment(self) -> str:
        """Name of the attachment the URL names; it may have slashes."""
        return "/".join(self.path[3 if self.path[1] == "_design" else 2 :])

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean of the query. Raises CouchError 400."""
        value = self.query.get(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise bad_query(f"Invalid boolean parameter: {value!r}")
        return value == "true"

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number ≥ 0 of the query. Raises CouchError 400."""
        value = self.query.get(name)
        if value is None:
            return default
        if not (value.isdecimal() and value.isascii()) or len(value) > 18:
            raise bad_query(f"Invalid value for integer: {value!r}")
        return int(value)

    def value(self, *names: str) -> Json:
        """A JSON value of the query under the first of `names` given, else Ellipsis."""
        for name in names:
            if name in self.query:
                return loads(self.query[name].encode())
        return ...

    async def body(self, limit: int = MAX_REQUEST) -> bytes:
        """The whole body, decompressed. Raises CouchError 400, 408, 413, 415."""
        parts, size = [], 0
        async for chunk in self.chunks(limit):
            parts.append(chunk)
            size += len(chunk)
            if size > LARGE and not self._has_turn:
                await _TURN.acquire()
                self._has_turn = True
        return b"".join(parts)

    def end(self) -> None:
        """It is answered: another large one may come."""
        if self._has_turn:
            self._has_turn = False
            _TURN.release()

    async def chunks(self, limit: int, as_sent: bool = False) -> AsyncIterator[bytes]:
        """The body as it comes, at most `limit` bytes; decompressed, unless wanted `as_sent`.

        Raises CouchError 400, 413, 415.
        """
        announced = self.header(b"content-length")
        if announced.isdecimal() and int(announced[:18]) > limit:
            raise too_large()
        body = Unpacker("" if as_sent else self.header(b"content-encoding"), limit)
        more = True
        while more:
            message = await self._received()
            if message["type"] == "http.disconnect":
                raise Disconnected
            yield body.unpack(message.get("body", b""))
            more = message.get("more_body", False)
        body.end()

    async def _received(self) -> dict[str, Any]:
        if not self._has_turn:
            return await self.receive()
        try:
            return await asyncio.wait_for(self.receive(), STALLED)
        except TimeoutError as error:
            raise stalled() from error

    @property
    def kind(self) -> str:
        """The body's type, without its parameters."""
        return self.header(b"content-type").split(";")[0].strip().lower()

    def expect_json(self) -> None:
        """Raises CouchError 415 when the body's type is not JSON."""
        if self.kind != "application/json":
            raise bad_type("application/json")

    def has(self, tag: str) -> bool:
        """Whether the client says, in `If-None-Match`, that it has what `tag` is of."""
        given = self.headers.get(b"if-none-match")
        if given is None:
            return False
        tags = given.decode("latin-1").split(",")
        return tag in (each.strip().removeprefix("W/") for each in tags)

    def accepts(self, kind: str) -> bool:
        """Whether `Accept` takes a type that is named so; without the header it takes all
        (mochiweb_request:accepts_content_type/2)."""
        main = kind.partition("/")[0] + "/*"
        weights = _weights(self.header(b"accept") or "*/*")
        refused = weights.get(kind) == 0 or weights.get(main) == 0
        return not refused and any(weights.get(name, 0) > 0 for name in (kind, main, "*/*"))

    async def json(self) -> Json:
        """The body as JSON, which its type must say. Raises CouchError 400, 413, 415."""
        self.expect_json()
        return loads(await self.body())

    async def fields(self) -> dict[str, Json]:
        """The body as a JSON object. Raises CouchError 400, 413, 415."""
        value = await self.json()
        if not isinstance(value, dict):
            raise bad_request("Request body must be a JSON object")
        return value


def _weights(accept: str) -> dict[str, float]:
    """Each type that an `Accept` header names, with its q (RFC 9110, §12.5.1)."""
    weights = {}
    for item in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        try:
            weights[kind] = float(weight)
        except ValueError as error:
            raise bad_request("the Accept header is malformed") from error
    return weights


def _decode(segment: bytes) -> str:
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError as error:
        raise bad_request("invalid UTF-8 in the path") from error


def _parse_query(raw: bytes) -> dict[str, str]:
    try:
        return dict(
            parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict") if raw else ()
        )
    except ValueError as error:
        raise bad_query("invalid UTF-8 in the query") from error


def is_gzip(encoding: str) -> bool:
    """What a Content-Encoding says. Raises CouchError 415 for neither gzip nor identity."""
    kind = encoding.strip().lower()
    if kind not in ("", "identity", "gzip"):
        raise CouchError(415, "bad_ctype", "Only gzip and identity content-encodings are supported")
    return kind == "gzip"


class Unpacker:
    """Decompresses a body as it comes, at most `limit` bytes of it."""

    def __init__(self, encoding: str, limit: int) -> None:
        """Raises CouchError 415 for an encoding that is neither gzip nor identity."""
        self._gzip = unpacker() if is_gzip(encoding) else None
        self._left = limit

    def unpack(self, chunk: bytes) -> bytes:
        """What `chunk` adds. Raises CouchError 400 for what is not gzip, 413 beyond the limit."""
        if self._gzip:
            try:
                chunk = self._gzip.decompress(chunk, self._left + 1)
            except zlib.error as error:
                raise bad_request("the body is not gzip") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise too_large()
        return chunk

    def end(self) -> None:
        """Raises CouchError 400 when the body stopped too early."""
        if self._gzip and not self._gzip.eof:
            raise bad_request("the gzip body is cut")
