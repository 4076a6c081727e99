"""The feed of changes, with the rows left out that a peer may not see.

Both CouchDB and the embedded database write a row on a line of its own: rows are judged one by one
as they come, and a feed of any length needs the memory of a line.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from aiohttp import StreamReader

from sync.couch.wire import dumps, loads
from sync.mesh.errors import MeshError

LONGEST: Final = 4 * 2**20
"""Bytes of one row: ten thousand leaves."""

Judge = Callable[[Any], bool]


async def lines(content: StreamReader) -> AsyncIterator[list[bytes]]:
    """What has come, in whole lines without their ends; "" for a heartbeat."""
    rest = b""
    async for piece in content.iter_any():
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > LONGEST:
            raise MeshError("a row of a feed is too long")
        if whole:
            yield whole
    if rest:
        yield [rest]


async def continuous(content: StreamReader, allowed: Judge) -> AsyncIterator[bytes]:
    """A feed of rows without an end."""
    async for batch in lines(content):
        kept = [
            line for line in batch if not line.strip() or not _is_row(line) or allowed(_row(line))
        ]
        yield b"".join(line + b"\n" for line in kept) or b"\n"


async def listed(content: StreamReader, allowed: Judge) -> AsyncIterator[bytes]:
    """A feed as one JSON object: its rows between the first line and the one of its end."""
    first = True
    async for batch in lines(content):
        out = bytearray()
        for line in batch:
            if not _is_row(line):
                out += line + b"\n"
                continue
            row = _row(line)
            if allowed(row):
                out += (b"" if first else b",\n") + dumps(row)
                first = False
        yield bytes(out) or b"\n"


def _is_row(line: bytes) -> bool:
    return line.startswith(b'{"seq":') or line.startswith(b',{"seq":')


def _row(line: bytes) -> Any:
    return loads(line.strip().strip(b","))
