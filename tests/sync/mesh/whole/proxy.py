"""A line of ours between two nodes, on one event loop in a thread: slow, narrow, torn, silent.

It passes bytes of TCP and understands none: what goes through is TLS. Its sockets are made by
whoever makes the proxy, so that its two ends may stand in two network namespaces.
"""

import asyncio
import random
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from sync.mesh.sockets import DEAD

PIECE: Final = 1024
"""Bytes at a time: on 64 kbit/s an eighth of a second."""

ROOM: Final = 8 * 1024
"""What the kernel holds for each end, so that a sender feels that the line is full."""


@dataclass(frozen=True)
class Manner:
    """How a line is. ``delay``: seconds each way. ``rate``: bytes a second each way, of all
    connections together; None for as fast as it goes. ``tear``: bytes after which a connection is
    cut, on average, wherever in a body that may be; 0 for never. ``shuffle``: seconds up to which a
    connection waits before it is let through, so that later ones come first. ``ahead``, ``back``:
    whether anything passes in that direction; what does not waits, and after as long as a kernel
    would wait the connection ends."""

    delay: float = 0.0
    rate: float | None = None
    tear: int = 0
    shuffle: float = 0.0
    ahead: bool = True
    back: bool = True


GOOD: Final = Manner()
SILENT: Final = Manner(ahead=False, back=False)


class Loop:
    """An event loop in a thread, for all proxies of a test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What ``work`` comes to."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def close(self) -> None:
        """End it, and whatever goes on in it."""
        self.do(_end_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()


async def _end_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Proxy:
    """Whoever connects to ``listening`` is connected to where ``dial`` says.

    ``dial`` gives an unconnected TCP socket and the address it shall go to. ``torn`` counts the
    connections that were cut, ``passed`` the bytes that went through.
    """

    def __init__(
        self,
        loop: Loop,
        listening: socket.socket,
        dial: Callable[[], tuple[socket.socket, tuple[str, int]]],
        manner: Manner = GOOD,
    ) -> None:
        self.manner, self.torn, self.passed = manner, 0, 0
        self._loop, self._listening, self._dial = loop, listening, dial
        self._free = {"ahead": 0.0, "back": 0.0}
        self._open: set[asyncio.Task[None]] = set()
        listening.setblocking(False)
        listening.listen(128)
        self._accepting = loop.do(self._begin())

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listening.getsockname()[1])

    def behave(self, manner: Manner) -> None:
        """Be so from now on, also for connections that stand."""
        self.manner = manner

    def cut(self) -> None:
        """Cut every connection that stands, wherever in a body it is."""
        self._loop.do(self._cut())

    async def _cut(self) -> None:
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._accept())

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        with self._listening:
            while True:
                came, _ = await loop.sock_accept(self._listening)
                task = asyncio.create_task(self._join(came))
                self._open.add(task)
                task.add_done_callback(self._open.discard)

    async def _join(self, came: socket.socket) -> None:
        """Pass on what one connection says, both ways, until either end or the line ends it."""
        gone, where = self._dial()
        with came, gone:
            for end in (came, gone):
                end.setblocking(False)
                for what in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                    if self.manner.rate:
                        end.setsockopt(socket.SOL_SOCKET, what, ROOM)
            await asyncio.sleep(random.uniform(0, self.manner.shuffle))
            try:
                await asyncio.get_running_loop().sock_connect(gone, where)
                ends = random.expovariate(1 / self.manner.tear) if self.manner.tear else 0
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass(came, gone, "ahead", ends))
                    both.create_task(self._pass(gone, came, "back", ends))
                    both.create_task(self._give_up())
            except* (OSError, Torn):
                pass

    async def _pass(
        self, source: socket.socket, target: socket.socket, way: str, ends: float
    ) -> None:
        loop, passed = asyncio.get_running_loop(), 0
        while piece := await loop.sock_recv(source, PIECE if self.manner.rate else 64 * PIECE):
            passed += len(piece)
            if ends and passed > ends:
                self.torn += 1
                await loop.sock_sendall(target, piece[: random.randrange(len(piece))])
                raise Torn
            await self._wait(way, len(piece))
            await loop.sock_sendall(target, piece)
            self.passed += len(piece)
        raise Torn  # one end is over: so is the other

    async def _wait(self, way: str, size: int) -> None:
        """Until the line has carried ``size`` bytes, behind whatever others put on it before."""
        if self.manner.rate:
            at = asyncio.get_running_loop().time()
            self._free[way] = max(at, self._free[way]) + size / self.manner.rate
            await asyncio.sleep(self._free[way] - at)
        if self.manner.delay:
            await asyncio.sleep(self.manner.delay)
        while not getattr(self.manner, way):
            await asyncio.sleep(0.05)

    async def _give_up(self) -> None:
        silent = 0.0
        while silent < DEAD:
            await asyncio.sleep(0.5)
            silent = 0.0 if self.manner.ahead and self.manner.back else silent + 0.5
        raise Torn


class Torn(Exception):
    """A connection was cut."""
