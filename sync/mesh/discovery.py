"""Finding each other on a local network: DNS-SD over multicast (RFC 6762, RFC 6763), by zeroconf.

What is announced is anybody's word: an address to try, no more. Who is there, certificates say.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final

from zeroconf import ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from sync.mesh.address import Address

log = logging.getLogger(__name__)

SERVICE: Final = "_residacoeur._tcp.local."
AGAIN: Final = 60.0
"""Seconds until multicast is tried again where there is no network for it."""

LOOK: Final = 5.0
"""Seconds between two looks whether this machine has moved."""

ASKED: Final = 3000
"""Milliseconds for a service to tell its address."""

MOST: Final = 500
"""Services looked at; a flood of false ones fills no memory."""

Found = Callable[[str, Address], None]


class Discovery:
    """Announces this node, where it listens, and tells of others: ``found(node, address)``.

    ``estate``: a short name of the estate, so that two estates on one network do not try each
    other. ``port`` is None for a home, which listens on nothing.
    """

    def __init__(self, node: str, estate: str, port: int | None, found: Found) -> None:
        self._node, self._estate, self._port, self._found = node, estate, port, found
        self._asking: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Announce and listen, for ever; without a network for it, wait for one."""
        while True:
            try:
                await self._on_the_air()
                log.info("this machine has moved to %s", outward())
            except OSError as error:
                log.info("no multicast here: %s", error)
                await asyncio.sleep(AGAIN)

    async def _on_the_air(self) -> None:
        """Until the machine has another address, on which the sockets of before are deaf."""
        here = outward()
        async with AsyncZeroconf() as zeroconf:
            if self._port is not None:
                await zeroconf.async_register_service(self._service(self._port))
            browser = AsyncServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[self._changed])
            try:
                while outward() in (here, ""):  # without a network it has not moved yet
                    await asyncio.sleep(LOOK)
            finally:
                await browser.async_cancel()

    def _service(self, port: int) -> AsyncServiceInfo:
        return AsyncServiceInfo(
            SERVICE,
            f"{self._node}.{SERVICE}",
            port=port,
            parsed_addresses=addresses(),
            properties={"node": self._node, "estate": self._estate, "v": "1"},
            server=f"{self._node}.local.",
        )

    def _changed(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if state_change is ServiceStateChange.Removed or len(self._asking) > MOST:
            return
        task = asyncio.ensure_future(self._ask(zeroconf, name))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _ask(self, zeroconf: Zeroconf, name: str) -> None:
        info = AsyncServiceInfo(SERVICE, name)
        if not await info.async_request(zeroconf, ASKED) or info.port is None:
            return
        said = info.decoded_properties
        node = said.get("node") or ""
        if said.get("estate") != self._estate or not node or node == self._node:
            return
        for host in info.parsed_scoped_addresses():
            self._found(node[:40], Address(host, info.port))


def addresses() -> list[str]:
    """This machine's own addresses on its networks, loopback left out where there are others."""
    found = {outward(), *(str(row[4][0]) for row in _named(socket.gethostname()))}
    outside = sorted(host for host in found if host and not host.startswith("127."))
    return outside or ["127.0.0.1"]


def outward() -> str:
    """The address with which this machine would go out; "" where there is no way out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): nothing is sent
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _named(host: str) -> list[tuple[object, object, object, str, tuple[str, int]]]:
    try:
        rows = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return rows  # type: ignore[return-value] # of AF_INET alone
