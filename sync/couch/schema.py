"""The file of one database: its tables, and how a connection to it is opened."""

import os
import secrets
import sqlite3
import time
from pathlib import Path
from typing import BinaryIO

from sync.couch.errors import Hollow

VERSION = 1
"""Number of this layout, kept in SQLite's user_version."""

# One row a document, its winning revision with it and the body last, so that a read of the head
# of a row stops early. A lone first revision needs no tree. Losing leaves have a table of their
# own, attachments are kept once by digest in pieces, and a key table serves every index.
_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE counters(one INTEGER PRIMARY KEY CHECK (one = 1), seq, docs, deleted);
CREATE TABLE docs(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL UNIQUE,
  rev TEXT NOT NULL, deleted INTEGER NOT NULL, tree BLOB, attachments BLOB, body BLOB NOT NULL);
CREATE TABLE leaves(
  n INTEGER NOT NULL, rev TEXT NOT NULL, deleted INTEGER NOT NULL, attachments BLOB,
  body BLOB NOT NULL, PRIMARY KEY(n, rev)) WITHOUT ROWID;
CREATE TABLE locals(id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE blobs(b INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, length INTEGER NOT NULL);
CREATE TABLE pieces(b INTEGER, i INTEGER, data BLOB NOT NULL, PRIMARY KEY(b, i));
CREATE TABLE holders(b INTEGER, n INTEGER, PRIMARY KEY(b, n)) WITHOUT ROWID;
CREATE INDEX held ON holders(n, b);
CREATE TABLE indexes(
  i INTEGER PRIMARY KEY, ddoc TEXT NOT NULL, name TEXT NOT NULL, definition BLOB NOT NULL,
  UNIQUE(ddoc, name));
CREATE TABLE keys(i INTEGER, key BLOB, n INTEGER NOT NULL, PRIMARY KEY(i, key)) WITHOUT ROWID;
"""

BUSY = 5000
"""Milliseconds to wait for another connection's lock."""

# What is deleted or written over is overwritten in the file too, however SQLite was built.
_OPEN = f"""
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA busy_timeout = {BUSY};
"""


def connect(path: Path, cache_kib: int) -> sqlite3.Connection:
    """A connection to the existing database file, transactions left to the caller.

    Used by one thread at a time. Raises sqlite3.Error: is_damage() for a file that is not whole,
    else when the disk fails or a newer program wrote it.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.executescript(_OPEN)
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        _check_version(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def create(path: Path) -> None:
    """Make the file `path` with empty tables, durably. Raises FileExistsError when it is there.

    Called by one process and thread at a time.
    """
    if path.exists():
        raise FileExistsError(path)
    draft = path.with_suffix(".new")
    for stale in (draft, path):
        remove(stale)
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        connection.execute("INSERT INTO counters VALUES (1, 0, 0, 0)")
        renew(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    draft.replace(path)
    sync_directory(path.parent)


def renew(connection: sqlite3.Connection) -> None:
    """Make a database another one to those who follow it: its sequences and the time it was made
    are no longer those they know, so they begin anew."""
    # CouchDB counts seconds; a database made anew within one must be told apart too.
    made = (("uuid", secrets.token_hex(16)), ("made", str(time.time_ns() // 1000)))
    connection.executemany("REPLACE INTO meta VALUES (?, ?)", made)


def remove(path: Path) -> None:
    """Remove a database's file and those beside it: a log left behind would be replayed into the
    next file of that name."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def sync_file(file: BinaryIO) -> None:
    """Put what was written to `file` on disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_directory(directory: Path) -> None:
    """Put the names in `directory` on disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        raise Hollow("no tables")
    if version != VERSION:
        raise sqlite3.DatabaseError(f"data format {version}, this program reads {VERSION}")
