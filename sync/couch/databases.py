"""The databases of a data directory: opened when they are asked for, looked after, closed."""

import asyncio
import logging
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sync.couch import damage, schema
from sync.couch.errors import Corrupt, CouchError, closing, disk_error, no_database, no_room
from sync.couch.lock import Lock
from sync.couch.names import check_name, databases_in, file_name, may_be
from sync.couch.store import Store
from sync.couch.updates import Updates

READERS = 4
"""Threads for long reads, shared by all databases."""
LOOKED_AT = 5.0
"""Seconds that looking at the databases may take at a start, all together."""

_log = logging.getLogger(__name__)


class Databases:
    """Opens databases when they are first asked for and keeps them open."""

    def __init__(self, directory: Path) -> None:
        """Makes `directory` if needed. Raises Locked."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._held = Lock(directory)
        if self._held.unclean:
            _look_at_all(directory)
        self._open: dict[str, Store] = {}
        self._lock = threading.Lock()
        self._suspected: dict[str, asyncio.Task[None]] = {}
        self.pool = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self.stopping = False
        self.updates = Updates(self.names())

    def names(self) -> list[str]:
        """Names of all databases, sorted."""
        return list(databases_in(self._directory))

    def count_open(self) -> int:
        return len(self._open)

    def exists(self, name: str) -> bool:
        """Whether there is a database called so."""
        return may_be(name) and self._path(name).exists()

    def get(self, name: str) -> Store:
        """The database `name`. Raises CouchError 404."""
        store = self._open.get(name)
        return store if store else self._open_file(name)

    async def create(self, name: str) -> None:
        """Raises CouchError 400 (bad name), 412 (it is there), 507 (no room)."""
        path = self._path(check_name(name))
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.pool, self._create, path)
        self.updates.note("created", name)

    def _create(self, path: Path) -> None:
        with self._lock:
            try:
                schema.create(path)
            except FileExistsError as error:
                raise CouchError(
                    412,
                    "file_exists",
                    "The database could not be created, the file already exists.",
                ) from error
            except (OSError, sqlite3.OperationalError) as error:
                raise no_room() from error

    def delete(self, name: str) -> None:
        """Close and remove a database. Raises CouchError 404."""
        path = self._path(name)
        with self._lock:
            store = self._open.pop(name, None)
            if store:
                store.close()
            if not may_be(name) or not path.exists():
                raise no_database()
            schema.remove(path)
            schema.sync_directory(self._directory)
        self.updates.note("deleted", name)

    def suspect(self, name: str) -> None:
        """Look closely at a database that seemed damaged while at work, once; one that is gets
        an empty one in its place. Called on the event loop."""
        if name not in self._suspected and not self.stopping:
            self._suspected[name] = asyncio.create_task(self._examine(name))

    async def _examine(self, name: str) -> None:
        loop, path = asyncio.get_running_loop(), self._path(name)
        try:
            wrong = await loop.run_in_executor(self.pool, damage.found, path, None, True)
            if not wrong:
                _log.error("%s seemed damaged, and is not", path.name)
                return
            with self._lock:
                store = self._open.pop(name, None)
                if store:
                    store.close()
                _replace(path, wrong)
        except (OSError, sqlite3.Error) as error:
            _log.error("%s cannot be looked after: %s", path.name, error)
            return
        del self._suspected[name]
        self.updates.note("created", name)

    def stop(self) -> None:
        """Let every open feed end."""
        self.stopping = self.updates.stopping = True
        self.updates.wake()
        for store in list(self._open.values()):
            store.wake()

    def close(self) -> None:
        """Close all databases and give the directory up."""
        self.stopping = True
        with self._lock:
            for store in self._open.values():
                store.close()
            self._open.clear()
        self.pool.shutdown()
        self._held.release()

    def _path(self, name: str) -> Path:
        return self._directory / file_name(name)

    def _open_file(self, name: str) -> Store:
        if not may_be(name):
            raise no_database()
        with self._lock:
            if self.stopping:
                raise closing()
            if name not in self._open:
                path = self._path(name)
                if not path.exists():
                    raise no_database()
                try:
                    self._open[name] = self._opened(name, path)
                except Corrupt as error:
                    _replace(path, error.reason)
                    self._open[name] = self._opened(name, path)
            return self._open[name]

    def _opened(self, name: str, path: Path) -> Store:
        updated = partial(self.updates.note, "updated", name)
        try:
            return Store(name, path, self.pool, updated, partial(self.suspect, name))
        except sqlite3.Error as error:
            raise disk_error(error) from error


def _look_at_all(directory: Path) -> None:
    """After an end that was not clean: a disk that lied about what it had written shows now."""
    deadline = time.monotonic() + LOOKED_AT
    for path in databases_in(directory).values():
        try:
            if wrong := damage.found(path, deadline - time.monotonic()):
                _replace(path, wrong)
        except (OSError, sqlite3.Error) as error:  # the others are served all the same
            _log.error("%s cannot be looked after: %s", path.name, error)


def _replace(path: Path, wrong: str) -> None:
    """Set a damaged file aside and put an empty database in its place: a peer fills it."""
    aside = damage.set_aside(path)
    schema.create(path)
    _log.error("%s is damaged (%s): it is kept as %s, begun anew", path.name, wrong, aside.name)
