"""Damage: a database file that is not whole is found, and set aside, never deleted.

https://www.sqlite.org/howtocorrupt.html
"""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sync.couch import schema
from sync.couch.errors import is_damage
from sync.couch.names import SUFFIX, name_of

DAMAGED = "damaged"
_CACHE_KIB = 2048
_STAMP = "%Y-%m-%dT%H-%M-%S%z"
_ASIDE = re.compile(rf"([^.]+)\.([^.]+)(?:\.\d+)?\.{DAMAGED}")


@dataclass(frozen=True)
class Aside:
    """A damaged file that was set aside: what it held, when, where it is now."""

    database: str
    at: datetime
    path: Path


def found(path: Path, seconds: float | None = None, thorough: bool = False) -> str:
    """What is wrong with the database file `path`, "" for nothing.

    `seconds` bounds the time: what is not read by then counts as whole. `thorough` compares every
    index with its table too (`integrity_check`, three times as long as `quick_check`). Raises
    sqlite3.Error when the disk fails, or a newer program wrote the file.
    """
    try:
        with (
            closing(schema.connect(path, _CACHE_KIB)) as connection,
            _interrupted(connection, seconds),
        ):
            check = "integrity_check" if thorough else "quick_check"
            (said,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
            return "" if said == "ok" else str(said)
    except sqlite3.Error as error:
        if is_damage(error):
            return str(error)
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            return ""
        raise


@contextmanager
def _interrupted(connection: sqlite3.Connection, seconds: float | None) -> Iterator[None]:
    """What runs on `connection` in the block ends after `seconds`. (A progress handler would not
    do: to SQLite the check of a whole tree is one step.)"""
    if seconds is None:
        yield
        return
    timer = threading.Timer(max(seconds, 0.0), connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def set_aside(path: Path, why: str = DAMAGED) -> Path:
    """Rename a database's file, and its log, to `NAME.DATE.why`; where it is now."""
    stamp = datetime.now(UTC).strftime(_STAMP)
    for n in count(1):
        more = f".{n}" if n > 1 else ""
        aside = path.with_name(f"{path.name.removesuffix(SUFFIX)}.{stamp}{more}.{why}")
        if not aside.exists():
            break
    for suffix in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    schema.sync_directory(path.parent)
    return aside


def aside_in(directory: Path) -> list[Aside]:
    """The damaged files that were set aside in `directory`, the oldest first."""
    files = ((file, _ASIDE.fullmatch(file.name)) for file in directory.glob(f"*.{DAMAGED}"))
    aside = [
        Aside(name_of(Path(match[1])), datetime.strptime(match[2], _STAMP), file)
        for file, match in files
        if match
    ]
    return sorted(aside, key=lambda each: each.at)
