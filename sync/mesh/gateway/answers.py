"""How the gateway speaks to whoever asks: JSON whole, or a stream handed on as it comes."""

from collections.abc import AsyncIterable
from typing import Any, Final

from aiohttp import ClientError, ClientResponse, web

from sync.couch.wire import dumps, loads
from sync.mesh.errors import MeshError, Refusal

HANDED_ON: Final = ("Content-Type", "Content-Length", "ETag")
"""Headers of the database that a peer gets."""

PIECE: Final = 65536


def json(value: Any, status: int = 200) -> web.Response:
    """A whole answer."""
    return web.Response(status=status, body=dumps(value), content_type="application/json")


def refused(refusal: Refusal) -> web.Response:
    """A refusal, in CouchDB's words."""
    return json({"error": refusal.word, "reason": str(refusal)}, refusal.status)


async def body(request: web.BaseRequest, most: int) -> Any:
    """The JSON of a request. Raises Refusal 400, 413, 415."""
    return parsed(await whole(request, most))


def parsed(raw: bytes) -> Any:
    """JSON of a peer, judged as the database judges it. Raises Refusal 400."""
    from sync.couch.errors import CouchError

    try:
        return loads(raw)
    except CouchError as error:
        raise Refusal(400, "bad_request", "invalid UTF-8 JSON") from error


async def whole(request: web.BaseRequest, most: int) -> bytes:
    """The bytes of a request, at most ``most``. Raises Refusal 413, 415."""
    plain(request)
    read = bytearray()
    async for piece in request.content.iter_any():
        read += piece
        if len(read) > most:
            raise Refusal(413, "too_large", "the request entity is too large")
    return bytes(read)


def plain(request: web.BaseRequest) -> None:
    """Raises Refusal 415 for a body that would have to be unpacked before it is judged."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal(415, "bad_content_type", "send the body as it is")


async def stream(
    request: web.BaseRequest, answer: ClientResponse, pieces: AsyncIterable[bytes] | None = None
) -> web.StreamResponse:
    """Hand on an answer as it comes, or ``pieces`` made of it."""
    response = web.StreamResponse(status=answer.status)
    for name in HANDED_ON:
        if name in answer.headers and (pieces is None or name == "Content-Type"):
            response.headers[name] = answer.headers[name]
    await response.prepare(request)
    try:
        async for piece in pieces or answer.content.iter_chunked(PIECE):
            await response.write(piece)
        await response.write_eof()
    except (ClientError, OSError, TimeoutError, MeshError):
        # Its head is sent: only an end of the connection says that this is not the whole.
        if request.transport:
            request.transport.close()
    return response
