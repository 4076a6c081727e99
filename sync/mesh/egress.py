"""The egress: where this node's replicator finds its peers, at addresses that never change.

`http://127.0.0.1:<port>/peer/<node>/<database>` is a peer's database, wherever the peer is today;
`/here/<node>/<database>` is our own, as the gateway shows it to that peer. A replication goes from
one to the other, so that what comes in by our own hand is judged by the same rules as what a peer
writes, and what goes out is what the peer may see.
"""

import base64
import hmac
import logging
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from aiohttp import ClientError, web
from yarl import URL

from sync.mesh.errors import Refusal, not_found
from sync.mesh.gateway.answers import PIECE, refused, stream
from sync.mesh.gateway.calls import Call, What, parse
from sync.mesh.gateway.gateway import Gateway
from sync.mesh.links import Links
from sync.mesh.pacing import Pacing

log = logging.getLogger(__name__)

USER: Final = "mesh"
SECRET: Final = "egress.secret"
CARRIED: Final = (
    "Accept",
    "Content-Type",
    "Content-Length",
    "X-Residacoeur-Way",
)
"""Headers that go with a request; never the secret it came with."""

Service = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Egress:
    """Answers this node's replicator, and nobody without ``secret``."""

    def __init__(
        self,
        links: Links,
        gateway: Gateway,
        pacing: Pacing,
        secret: str,
        services: Mapping[str, Service],
    ) -> None:
        self._links, self._gateway, self._pacing = links, gateway, pacing
        self._services = services
        token = base64.b64encode(f"{USER}:{secret}".encode()).decode("ascii")
        self._expected = f"Basic {token}"
        self.server = web.Server(self._answer, auto_decompress=False, access_log=None)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self._expected.encode()):
            return refused(Refusal(401, "unauthorized", "Name or password is incorrect."))
        try:
            return await self._served(request)
        except Refusal as refusal:
            return refused(refusal)

    async def _served(self, request: web.BaseRequest) -> web.StreamResponse:
        path, question, query = request.raw_path.partition("?")
        service = self._services.get(path)
        if service:
            return await service(request)
        parts = path.split("/", 3)
        if len(parts) < 4 or parts[1] not in ("peer", "here"):
            raise not_found()
        node, target = parts[2], f"/{parts[3]}{question}{query}"
        if parts[1] == "peer":
            return await self._forwarded(request, node, target)
        link = self._links.get(node)
        if link is None or link.peer is None:
            raise Refusal(503, "service_unavailable", f"{node} was never met")
        return await self._gateway.answer(link.peer, request, target)

    async def _forwarded(
        self, request: web.BaseRequest, node: str, target: str
    ) -> web.StreamResponse:
        call = parse(request.method, target)
        if call.is_heavy or call.what is What.CHANGES:
            return await self._sent(request, node, target, call)
        with self._pacing.word(node):
            return await self._sent(request, node, target, call)

    async def _sent(
        self, request: web.BaseRequest, node: str, target: str, call: Call
    ) -> web.StreamResponse:
        way = self._links.way(node)
        session = way.media if call.is_heavy else way.session
        headers = {name: request.headers[name] for name in CARRIED if name in request.headers}
        headers["Accept-Encoding"] = "identity"
        data = _pieces(request) if request.body_exists else None
        if data is not None and call.is_heavy:
            data = self._pacing.media(node, way.socket, data)
        try:
            async with session.request(
                request.method,
                URL(way.url + target, encoded=True),
                data=data,
                headers=headers,
                allow_redirects=False,
            ) as answer:
                return await stream(request, answer)
        except (ClientError, TimeoutError, OSError) as error:
            self._links.failed(node)
            raise Refusal(503, "service_unavailable", f"{node}: {error or 'silence'}") from error


async def _pieces(request: web.BaseRequest) -> AsyncIterator[bytes]:
    async for piece in request.content.iter_chunked(PIECE):
        yield piece


def secret_of(data: Path) -> str:
    """What the replicator and the portal of the node in ``data`` show here: made once."""
    path = data / SECRET
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        made = secrets.token_urlsafe(24)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
        return made
