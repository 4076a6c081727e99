"""The feed of changes, with the rows left out that a peer may not see.

Both CouchDB and the embedded database write a row on a line of its own: rows are judged one by one
as they come, and a feed of any length needs the memory of a line.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Final

from aiohttp import StreamReader

from sync.couch.wire import loads
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
        kept = [line for line, row in _rows(batch) if row is None or allowed(row)]
        yield b"".join(line + b"\n" for line in kept) or b"\n"


async def listed(content: StreamReader, allowed: Judge) -> AsyncIterator[bytes]:
    """A feed as one JSON object: its rows between the first line and the one of its end."""
    first = True
    async for batch in lines(content):
        out = bytearray()
        for line, row in _rows(batch):
            if row is None:
                out += line + b"\n"
            elif allowed(row):
                out += (b"" if first else b",\n") + _bare(line)
                first = False
        yield bytes(out) or b"\n"


def _rows(batch: Sequence[bytes]) -> Iterator[tuple[bytes, Any]]:
    """Each line with what it says, None where it is no row; read all at once."""
    told = iter(loads(b"[" + b",".join(_bare(line) for line in batch if _is_row(line)) + b"]"))
    for line in batch:
        yield line, next(told) if _is_row(line) else None


def _is_row(line: bytes) -> bool:
    return line.startswith((b'{"seq":', b',{"seq":'))


def _bare(line: bytes) -> bytes:
    return line.strip().strip(b",")
