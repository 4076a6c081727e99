"""The one thread that writes to a database: jobs that wait together share one fsync."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sync.couch import schema
from sync.couch.edits import Counters, Transaction
from sync.couch.errors import closing, disk_error, no_room
from sync.couch.mango.index import Indexes

T = TypeVar("T")
_log = logging.getLogger(__name__)

CACHE_KIB = 2048
MAX_GROUP = 256
"""Jobs in one transaction at most, so that the first of them does not wait for ever."""


@dataclass(slots=True)
class _Job:
    """`work` may be run again when the group it was in failed: it reads what it needs afresh."""

    work: Callable[[Transaction], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    outcome: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        if self.future.cancelled():
            return
        if self.error:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.outcome)


class Writer(threading.Thread):
    """Runs jobs in the order they come. A job's answer is given once its commit is on disk."""

    def __init__(self, path: Path, on_change: Callable[[], None]) -> None:
        super().__init__(name=f"writer of {path.name}", daemon=True)
        self._path = path
        self._on_change = on_change
        self.seq = 0
        """The last sequence given in a commit of this thread."""
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._indexes: Indexes | None = None

    async def submit(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns, once it is durable; what it raises, nothing of it having happened.

        Raises CouchError 507 when the disk is full and 503 when the database is closing. The
        work goes on when the caller is cancelled.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        with self._lock:
            if self._closed:
                raise closing()
            self._queue.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what was submitted and end. Blocks until then."""
        with self._lock:
            already, self._closed = self._closed, True
        if not already:
            self._queue.put(None)
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        connection: sqlite3.Connection | None = None
        while jobs := self._next_group():
            try:
                connection = connection or schema.connect(self._path, CACHE_KIB)
                self._indexes = self._indexes or Indexes(connection)
                self._run_group(connection, self._indexes, jobs)
            except Exception as error:
                _log.exception("%s cannot be written", self._path.name)
                for job in jobs:
                    job.error = job.error or _translated(error)
            self._settle(jobs)
        if connection:
            connection.close()

    def _next_group(self) -> list[_Job]:
        group: list[_Job] = []
        try:
            job = self._queue.get()
            while job is not None:
                group.append(job)
                if len(group) == MAX_GROUP:
                    return group
                job = self._queue.get_nowait()
            if group:
                self._queue.put(None)
        except Empty:
            pass
        return group

    def _run_group(
        self, connection: sqlite3.Connection, indexes: Indexes, jobs: list[_Job]
    ) -> None:
        """All jobs in one transaction; if the disk or a commit fails, each in its own."""
        seq = _commit(connection, indexes, jobs)
        if seq is None and len(jobs) > 1:
            for job in jobs:
                job.error = job.outcome = None
                seq = _commit(connection, indexes, [job]) or seq
        self.seq = seq or self.seq

    def _settle(self, jobs: list[_Job]) -> None:
        loop = jobs[0].loop

        def settle() -> None:
            for job in jobs:
                job.settle()
            self._on_change()

        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:
            _log.warning("%s: answers came after the end", self._path.name)


def _commit(connection: sqlite3.Connection, indexes: Indexes, jobs: list[_Job]) -> int | None:
    """Run `jobs` and commit; the sequence after them. None: nothing of them happened, each job
    says why."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        tx = _begin(connection, indexes)
        before = (tx.counters.seq, tx.counters.docs, tx.counters.deleted)
        for job in jobs:
            _run(tx, job)
        if before != (tx.counters.seq, tx.counters.docs, tx.counters.deleted):
            connection.execute(
                "UPDATE counters SET seq = ?, docs = ?, deleted = ?",
                (tx.counters.seq, tx.counters.docs, tx.counters.deleted),
            )
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        indexes.reload(connection)
        for job in jobs:
            job.outcome, job.error = None, _translated(error)
        return None
    return tx.counters.seq


def _begin(connection: sqlite3.Connection, indexes: Indexes) -> Transaction:
    counters = Counters(*connection.execute("SELECT seq, docs, deleted FROM counters").fetchone())
    (limit,) = connection.execute(
        "SELECT coalesce((SELECT value FROM meta WHERE key = 'revs_limit'), 1000)"
    ).fetchone()
    return Transaction(connection, counters, indexes, limit)


def _run(tx: Transaction, job: _Job) -> None:
    """One job within the transaction; a refusal undoes it alone. Raises sqlite3.Error."""
    counters = tx.counters
    tx.counters = Counters(counters.seq, counters.docs, counters.deleted)
    tx.connection.execute("SAVEPOINT job")
    try:
        job.outcome = job.work(tx)
    except sqlite3.Error:
        raise
    except Exception as error:
        tx.connection.execute("ROLLBACK TO job")
        tx.counters = counters
        tx.indexes.reload(tx.connection)
        job.error = _translated(error)
    tx.connection.execute("RELEASE job")


def _translated(error: Exception) -> Exception:
    """A disk that is full or fails as the client is told of it."""
    if isinstance(error, sqlite3.Error):
        return disk_error(error)
    return no_room() if isinstance(error, OSError) else error
