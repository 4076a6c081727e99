"""What happens to databases as wholes: made, changed, deleted; the last of each kind."""

import secrets
from collections.abc import AsyncGenerator, Iterable

from sync.couch.errors import bad_request
from sync.couch.waiters import Waiters
from sync.couch.wire import Json, dumps


class Updates:
    """Events of this process, numbered. Those of an earlier one are not known: whoever followed
    it is told of every database once."""

    def __init__(self, names: Iterable[str]) -> None:
        self._epoch = secrets.token_hex(8)
        self._last: dict[tuple[str, str], int] = {}
        self._waiters = Waiters()
        self.seq = 0
        self.stopping = False
        for name in names:
            self.note("updated", name)

    def note(self, kind: str, name: str) -> None:
        """`kind` is CouchDB's: created, updated, deleted."""
        self.seq += 1
        self._last[kind, name] = self.seq
        self.wake()

    def wake(self) -> None:
        self._waiters.wake()

    def rows(self, since: int, descending: bool = False) -> list[tuple[int, bytes]]:
        """Number and row of each event after `since`."""
        found = sorted((seq, kind, name) for (kind, name), seq in self._last.items() if seq > since)
        return [
            (seq, dumps({"db_name": name, "type": kind, "seq": self.text(seq)}))
            for seq, kind, name in (reversed(found) if descending else found)
        ]

    def text(self, seq: int) -> str:
        return f"{seq}-{self._epoch}"

    def parse(self, text: str) -> int:
        """The number in `since`; 0 when another process counted it. Raises CouchError 400."""
        if text.strip('"') == "now":
            return self.seq
        number, _, epoch = text.strip('"').partition("-")
        if not (number.isdecimal() and number.isascii()) or len(number) > 18:
            raise bad_request(f"Malformed sequence supplied in 'since' parameter: {text}")
        return 0 if epoch and epoch != self._epoch else int(number)

    async def wait(self, timeout: float) -> bool:
        """Wait for the next event (or the end), at most `timeout` seconds; whether one came."""
        return await self._waiters.wait(timeout)


async def normal(
    updates: Updates, since: int, limit: int | None, descending: bool, timeout: float
) -> AsyncGenerator[bytes, None]:
    """One answer; with a `timeout` above 0 once there is something to say, or it is over."""
    rows = updates.rows(since, descending)[:limit]
    if not rows and timeout and not updates.stopping:
        await updates.wait(timeout)
        rows = updates.rows(since, descending)[:limit]
    last = max((seq for seq, _ in rows), default=updates.seq)
    body = b",\n".join(row for _, row in rows)
    tail = _tail(updates, last)
    yield b'{"results":[\n' + body + b"\n]," + tail[1:] + b"\n"


async def continuous(
    updates: Updates, since: int, limit: int | None, timeout: float, heartbeat: float | None
) -> AsyncGenerator[bytes, None]:
    """A line for each event until the client leaves, or limit or timeout are reached."""
    sent = 0
    yield b""
    while limit is None or sent < limit:
        rows = updates.rows(since)[: None if limit is None else limit - sent]
        for seq, row in rows:
            since, sent = seq, sent + 1
            yield row + b"\n"
        if rows:
            continue
        if updates.stopping:
            break
        came = await updates.wait(timeout if heartbeat is None else heartbeat)
        if not came and heartbeat is None:
            break
        if not came:
            yield b"\n"
    yield _tail(updates, since) + b"\n"


def _tail(updates: Updates, seq: int) -> bytes:
    value: Json = {"last_seq": updates.text(seq)}
    return dumps(value)
