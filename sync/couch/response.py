"""Answers: whole ones and streams, sent over ASGI."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from sync.couch.errors import CouchError
from sync.couch.request import Receive
from sync.couch.wire import Json, dumps

Send = Callable[[dict[str, Any]], Awaitable[None]]

JSON = "application/json"


@dataclass(slots=True)
class Response:
    """An answer whose body is here."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


@dataclass(slots=True)
class Stream:
    """An answer whose body is made while it is sent, for as long as the client listens."""

    body: AsyncGenerator[bytes, None]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


Answer = Response | Stream


def answer(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`value` as a JSON answer, with the newline that CouchDB ends it by."""
    return Response(dumps(value) + b"\n", status, headers or {})


def refusal(error: CouchError) -> Response:
    headers = {}
    if error.status == 405:
        headers["Allow"] = error.reason.removeprefix("Only ").removesuffix(" allowed")
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="residacoeur"'
    return answer({"error": error.error, "reason": error.reason}, error.status, headers)


def etag(rev: str) -> str:
    return f'"{rev}"'


async def send_answer(result: Answer, method: str, receive: Receive, send: Send) -> None:
    """Send an answer; of a HEAD request its head alone."""
    if isinstance(result, Stream):
        await _send_stream(result, method, receive, send)
        return
    await send(_start(result, len(result.body)))
    body = b"" if method == "HEAD" else result.body
    await send({"type": "http.response.body", "body": body})


def _start(result: Answer, length: int | None) -> dict[str, Any]:
    headers = [
        (b"server", b"residacoeur-couch"),
        (b"content-type", _printable(result.content_type)),
    ]
    if "Cache-Control" not in result.headers:
        headers.append((b"cache-control", b"must-revalidate"))
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    for name, value in result.headers.items():
        headers.append((name.lower().encode(), _printable(value)))
    return {"type": "http.response.start", "status": result.status, "headers": headers}


def _printable(value: str) -> bytes:
    """A header's value: what a document says of its attachment must not become a header."""
    return "".join(filter(str.isprintable, value)).encode("latin-1", "replace")


async def _send_stream(result: Stream, method: str, receive: Receive, send: Send) -> None:
    """Send while watching whether the client is still there: uvicorn drops what is sent to one
    who left, and a feed would otherwise go on."""
    await send(_start(result, None))
    if method == "HEAD":
        await result.body.aclose()
        await send({"type": "http.response.body", "body": b""})
        return
    sender = asyncio.ensure_future(_pump(result, send))
    watcher = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait((sender, watcher), return_when=asyncio.FIRST_COMPLETED)
        if sender.done():
            sender.result()
    finally:
        for task in (sender, watcher):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


async def _pump(result: Stream, send: Send) -> None:
    async with aclosing(result.body) as chunks:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
