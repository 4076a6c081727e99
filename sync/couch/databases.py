"""The databases of a data directory, and the lock that keeps a second process away."""

import asyncio
import re
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote

from sync.couch import schema
from sync.couch.errors import CouchError, Locked, closing, disk_error, no_database, no_room
from sync.couch.store import Store
from sync.couch.updates import Updates

_NAME = re.compile(r"[a-z][a-z0-9_$()+/-]*")
SYSTEM = {"_users", "_global_changes", "_replicator"}
_SUFFIX = ".sqlite"
MAX_NAME = 200
"""Characters of a file's name: file systems take 255 and SQLite adds its own."""
READERS = 4
"""Threads for long reads, shared by all databases."""


def check_name(name: str) -> str:
    """`name` when a database may be called so. Raises CouchError 400."""
    if not _NAME.fullmatch(name) and name not in SYSTEM:
        raise CouchError(
            400,
            "illegal_database_name",
            f"Name: '{name}'. Only lowercase characters (a-z), digits (0-9), and any of the "
            "characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.",
        )
    if len(_file_name(name)) > MAX_NAME:
        raise CouchError(
            400,
            "database_name_too_long",
            f"At least one path segment of `{name}` is too long.",
        )
    return name


def _may_be(name: str) -> bool:
    """Whether a database can have that name."""
    named = _NAME.fullmatch(name) is not None or name in SYSTEM
    return named and len(_file_name(name)) <= MAX_NAME


def _file_name(name: str) -> str:
    return quote(name, safe="$()+") + _SUFFIX


def lock(directory: Path) -> IO[bytes]:
    """Keep `directory` for this process until the returned file is closed. Raises Locked."""
    handle = (directory / "lock").open("ab")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise Locked(f"another process already serves {directory}") from error
    return handle


class Databases:
    """Opens databases when they are first asked for and keeps them open."""

    def __init__(self, directory: Path) -> None:
        """Makes `directory` if needed. Raises Locked."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._held = lock(directory)
        self._open: dict[str, Store] = {}
        self._lock = threading.Lock()
        self.pool = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self.stopping = False
        self.updates = Updates(self.names())

    def names(self) -> list[str]:
        """Names of all databases, sorted."""
        files = self._directory.glob("*" + _SUFFIX)
        return sorted(unquote(file.name.removesuffix(_SUFFIX)) for file in files)

    def count_open(self) -> int:
        return len(self._open)

    def exists(self, name: str) -> bool:
        """Whether there is a database called so."""
        return _may_be(name) and self._path(name).exists()

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
            if not _may_be(name) or not path.exists():
                raise no_database()
            schema.remove(path)
            schema.sync_directory(self._directory)
        self.updates.note("deleted", name)

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
        self._held.close()

    def _path(self, name: str) -> Path:
        return self._directory / _file_name(name)

    def _open_file(self, name: str) -> Store:
        if not _may_be(name):
            raise no_database()
        with self._lock:
            if self.stopping:
                raise closing()
            if name not in self._open:
                path = self._path(name)
                if not path.exists():
                    raise no_database()
                self._open[name] = _opened(name, path, self.pool, self.updates)
            return self._open[name]


def _opened(name: str, path: Path, pool: ThreadPoolExecutor, updates: Updates) -> Store:
    try:
        return Store(name, path, pool, lambda: updates.note("updated", name))
    except sqlite3.OperationalError as error:
        raise disk_error(error) from error
    except sqlite3.DatabaseError as error:
        raise CouchError(500, "file_corrupt", f"{path.name}: {error}") from error
