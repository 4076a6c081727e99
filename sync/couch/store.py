"""One open database: readers beside one writer, and those who wait for a change."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sync.couch import schema
from sync.couch.edits import Transaction
from sync.couch.errors import Corrupt, closing, is_damage
from sync.couch.waiters import Waiters
from sync.couch.wire import Json
from sync.couch.writer import Writer

T = TypeVar("T")
READER_CACHE_KIB = 1024
IDLE_READERS = 2
_VACUUMED = 2000
"""Pages given back in one transaction, so that other writes need not wait long."""


def last_seq(connection: sqlite3.Connection) -> int:
    """The number of the last change."""
    return int(connection.execute("SELECT seq FROM counters").fetchone()[0])


def _meta(connection: sqlite3.Connection, key: str, default: Json) -> Json:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else default


class Store:
    """A database file. Everything but `write` reads a committed state."""

    def __init__(
        self,
        name: str,
        path: Path,
        pool: ThreadPoolExecutor,
        on_change: Callable[[], None],
        on_damage: Callable[[], None],
    ) -> None:
        """Opens `path`. On the event loop `on_change` is called when a sequence was given, and
        `on_damage` when the file seems damaged. Raises sqlite3.Error when it cannot be opened."""
        self.name = name
        self.path = path
        self.closed = False
        self._pool = pool
        self._near = schema.connect(path, READER_CACHE_KIB)
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writer = Writer(path, self._committed)
        self._on_change, self._on_damage = on_change, on_damage
        self._waiters = Waiters()
        self.uuid: str = _meta(self._near, "uuid", "")
        self.made: str = _meta(self._near, "made", "0")
        """When, in microseconds since 1970."""
        self._seq = last_seq(self._near)

    def meta(self, key: str, default: Json = None) -> Json:
        return self.now(lambda connection: _meta(connection, key, default))

    async def set_meta(self, key: str, value: Json) -> None:
        def work(tx: Transaction) -> None:
            tx.connection.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))

        await self.write(work)

    def now(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """A short read, on the event loop itself: some rows by key."""
        if self.closed:
            raise closing()
        try:
            self._near.execute("BEGIN")
            try:
                return read(self._near)
            finally:
                self._near.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._seen(error) from error

    async def read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """A read of any length, beside the event loop, in one snapshot."""

        def run() -> T:
            with self.snapshot() as connection:
                return read(connection)

        return await self.aside(run)

    async def aside(self, work: Callable[[], T]) -> T:
        """Run `work` beside the event loop. A caller that is cancelled waits for its end, so that
        what the work uses is not given to another meanwhile."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            future.exception()
            raise
        except sqlite3.Error as error:
            raise self._seen(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection whose reads all see the same state. Used by one thread at a time."""
        connection = self._borrow()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._give_back(connection)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in the writer's transaction: see Writer.submit."""
        if self._writer.ident is None:
            with self._lock:
                if self._writer.ident is None:
                    self._writer.start()
        try:
            return await self._writer.submit(work)
        except Corrupt:
            self._on_damage()
            raise

    async def compact(self) -> None:
        """Give free pages back to the file system; readers go on meanwhile, and so do writers
        beside a reader who takes long: the log is then cut by a later compaction."""

        def vacuum(tx: Transaction) -> int:
            (free,) = tx.connection.execute("PRAGMA freelist_count").fetchone()
            # One page a statement: the sqlite3 module takes a single step of this pragma.
            for _ in range(min(free, _VACUUMED)):
                tx.connection.execute("PRAGMA incremental_vacuum(1)")
            return int(free)

        def checkpoint() -> None:
            with self.snapshot() as connection:
                connection.execute("ROLLBACK")
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                # What is left is short, but waits for readers, and writers would wait with it.
                connection.execute("PRAGMA busy_timeout = 0")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.execute(f"PRAGMA busy_timeout = {schema.BUSY}")

        while await self.write(vacuum) > _VACUUMED:
            pass
        await self.aside(checkpoint)

    def size(self) -> int:
        """Bytes on disk, those not yet moved out of the write-ahead log included."""
        log = self.path.with_name(self.path.name + "-wal")
        return self.path.stat().st_size + (log.stat().st_size if log.exists() else 0)

    async def wait(self, timeout: float) -> bool:
        """Wait for the next commit (or the end), at most `timeout` seconds; whether one came."""
        return await self._waiters.wait(timeout)

    def close(self) -> None:
        """Finish what is being written, let waiting feeds go, close the file."""
        self.closed = True
        self._writer.close()
        self._waiters.wake()
        self._near.close()
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def wake(self) -> None:
        """Let those who wait look again."""
        self._waiters.wake()

    def _seen(self, error: sqlite3.Error) -> Exception:
        """`error` as the client is told of it."""
        if not is_damage(error):
            return error
        self._on_damage()
        return Corrupt(error)

    def _committed(self) -> None:
        self._waiters.wake()
        if self._writer.seq > self._seq and not self.closed:
            self._seq = self._writer.seq
            self._on_change()

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            if self.closed:
                raise closing()
            if self._idle:
                return self._idle.pop()
        return schema.connect(self.path, READER_CACHE_KIB)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self.closed and len(self._idle) < IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()

    def seq(self, number: int) -> str:
        """A sequence as clients see it: its number and which database counted it."""
        return f"{number}-{self.uuid}"

    def parse_seq(self, text: str) -> int | None:
        """The number in `since`; 0 when another database counted it; None when it is no number."""
        number, _, uuid = text.partition("-")
        if not (number.isdecimal() and number.isascii()) or len(number) > 18:
            return None
        return 0 if uuid and uuid != self.uuid else int(number)
