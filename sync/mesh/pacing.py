"""Media give way: a photo is sent only in what words leave over of the line.

By the sender, whoever drives, as LEDBAT does (RFC 6817): what is on its way is held so small that
packets wait no longer than a tenth of a second more than on an idle line. The kernel tells the
round trip and its least (tcp(7), TCP_INFO); where it does not, media only wait for words.
"""

import asyncio
import socket
import struct
import sys
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

TARGET: Final = 0.1
"""Seconds that packets of ours may wait on the line (RFC 6817, section 2.5: at most 100 ms)."""

LEAST: Final = 2048
"""Bytes on their way at least, or nothing would ever arrive …"""

MOST: Final = 4 * 2**20
"""… and at most."""

PIECE: Final = 4096
GIVE_WAY: Final = 5.0
"""Seconds that a piece waits for words at most: a connection must not look dead."""

LOOK: Final = 0.02


class Way(NamedTuple):
    """What the kernel says of a connection: bytes on their way, round trips in seconds."""

    flying: int
    trip: float
    least: float


def way(connection: socket.socket | None) -> Way | None:
    """How a connection does; None where the kernel does not say (struct tcp_info, linux/tcp.h)."""
    if connection is None or sys.platform != "linux":
        return None
    try:
        raw = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    except OSError:
        return None
    if len(raw) < 152:
        return None
    (size,) = struct.unpack_from("=I", raw, 16)
    (unacknowledged,) = struct.unpack_from("=I", raw, 24)
    (trip,) = struct.unpack_from("=I", raw, 68)
    unsent, least = struct.unpack_from("=II", raw, 144)
    return Way(unacknowledged * size + unsent, trip / 1e6, least / 1e6)


class Window:
    """How many bytes may be on their way on one connection: pure, told after each look.

    Doubles until the line first fills, as slow start does; then a little more each look below
    the target, half above it.
    """

    def __init__(self) -> None:
        self.bytes = LEAST
        self._filled = False

    def told(self, found: Way) -> None:
        """Learn from how long packets wait."""
        waiting = max(0.0, found.trip - found.least)
        if waiting > TARGET:
            self.bytes, self._filled = max(LEAST, self.bytes // 2), True
        elif found.flying >= self.bytes // 2:  # what is not used says nothing
            step = LEAST if self._filled else self.bytes
            self.bytes = min(MOST, self.bytes + step)


class Pacing:
    """For each node, whether words are on their way to or from it."""

    def __init__(self) -> None:
        self._words: Counter[str] = Counter()

    @contextmanager
    def word(self, node: str) -> Iterator[None]:
        """Words are on their way while this lasts; feeds that wait are none."""
        self._words[node] += 1
        try:
            yield
        finally:
            self._words[node] -= 1

    async def media(
        self, node: str, connection: socket.socket | None, pieces: AsyncIterable[bytes]
    ) -> AsyncIterator[bytes]:
        """The same bytes, no faster than the line has room for."""
        window = Window()
        async for piece in pieces:
            for start in range(0, len(piece), PIECE):
                await self._give_way(node)
                await self._room(window, connection)
                yield piece[start : start + PIECE]

    async def _give_way(self, node: str) -> None:
        waited = 0.0
        while self._words[node] > 0 and waited < GIVE_WAY:
            await asyncio.sleep(LOOK)
            waited += LOOK

    async def _room(self, window: Window, connection: socket.socket | None) -> None:
        while True:
            found = way(connection)
            if found is None:
                return
            window.told(found)
            if found.flying < window.bytes:
                return
            await asyncio.sleep(min(LOOK, max(0.001, found.least)))
