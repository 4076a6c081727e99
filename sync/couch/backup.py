"""Backups of the databases of a directory, while it is served; and back.

A backup is a folder, or a `.tar` or `.tar.gz` of one: a file a database and `backup.json`, which
names them. It holds no log, no lock and no password of the server.
https://www.sqlite.org/backup.html
"""

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sync.couch import damage, schema
from sync.couch.errors import BadBackup
from sync.couch.lock import Lock
from sync.couch.names import databases_in, file_name, may_be

MANIFEST = "backup.json"
FORMAT = 1
REPLACED = "replaced"
"""What stood where a backup was brought back is kept as `NAME.DATE.replaced`."""

_CACHE_KIB = 2048
_PACKED = (".tar", ".tar.gz", ".tgz")


def backup(couch_dir: Path, into: Path, without: Collection[str] = ()) -> list[str]:
    """Copy the databases in `couch_dir`, all but those named `without`, to `into`; their names.

    Each copy is of one moment, and of all that was acknowledged before; readers and writers go on
    meanwhile. `into` appears when it is complete and on disk. Raises BadBackup when there is
    nothing to copy, a database is damaged, or `into` is there already or cannot be written.
    """
    found = databases_in(couch_dir)
    wanted = {name: path for name, path in found.items() if name not in without}
    if not wanted:
        raise BadBackup(f"{couch_dir} holds no database")
    if into.exists():
        raise BadBackup(f"{into} is there already")
    try:
        with TemporaryDirectory(dir=into.parent, prefix=f".{into.name}.") as draft:
            folder = Path(draft) / "backup"
            folder.mkdir(mode=0o700)
            _copy_all(wanted, folder)
            _put(folder, into)
    except OSError as error:
        raise BadBackup(f"{into} cannot be written: {error.strerror or error}") from error
    return list(wanted)


def _copy_all(wanted: dict[str, Path], folder: Path) -> None:
    for name, path in wanted.items():
        try:
            _copy(path, folder / path.name)
        except sqlite3.Error as error:
            raise BadBackup(f"{name} cannot be copied: {error}") from error
    at = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"format": FORMAT, "at": at, "databases": list(wanted)}, indent=1)
    _durably(folder / MANIFEST, text.encode())
    schema.sync_directory(folder)


def _copy(path: Path, copy: Path) -> None:
    """In a single step: a reader's snapshot, which no write makes begin anew."""
    copy.touch(mode=0o600)
    with (
        closing(schema.connect(path, _CACHE_KIB)) as source,
        closing(sqlite3.connect(copy, isolation_level=None)) as target,
    ):
        source.backup(target)
    if wrong := damage.found(copy):
        raise sqlite3.DatabaseError(wrong)


def _durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        schema.sync_file(file)


def _put(folder: Path, into: Path) -> None:
    """Move a complete folder to its place, packed when that is called so."""
    made = folder
    if into.name.endswith(_PACKED):
        made = folder.with_suffix(".tar")
        made.touch(mode=0o600)
        packing = "w" if into.suffix == ".tar" else "w:gz"
        with made.open("wb") as file:
            with tarfile.open(fileobj=file, mode=packing) as tar:  # type: ignore[call-overload]
                for each in sorted(folder.iterdir()):
                    tar.add(each, each.name)
            schema.sync_file(file)
    made.rename(into)
    schema.sync_directory(into.parent)


def restore(couch_dir: Path, saved: Path) -> list[str]:
    """Bring the databases of a backup back to `couch_dir`, which nobody serves; their names.

    All of the backup is looked at before anything is touched. What stands there under their names
    is kept aside as `NAME.DATE.replaced`; other databases stay as they are. To its peers a
    database that came back is a new one: what they have, it gets again. Raises BadBackup for what
    is no complete backup, and Locked.
    """
    couch_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(couch_dir)
    try:
        with TemporaryDirectory(dir=couch_dir, prefix=".restore.") as draft:
            names = _fetch_all(saved, Path(draft))
            for name in names:
                _bring(Path(draft) / file_name(name), couch_dir / file_name(name))
    except (OSError, tarfile.TarError, sqlite3.Error) as error:
        raise BadBackup(f"{saved}: {error}") from error
    finally:
        lock.release(whole=not lock.unclean)
    return names


def _fetch_all(saved: Path, draft: Path) -> list[str]:
    """The backup's files, copied to `draft`, found whole and made databases of their own."""
    with _opened(saved) as take:
        names = _named(take(MANIFEST, draft), saved)
        for name in names:
            copy = take(file_name(name), draft)
            if wrong := damage.found(copy):
                raise BadBackup(f"{saved}: {name} is damaged: {wrong}")
            with closing(schema.connect(copy, _CACHE_KIB)) as connection:
                schema.renew(connection)
    return names


def _named(manifest: Path, saved: Path) -> list[str]:
    try:
        told = json.loads(manifest.read_bytes())
        names = told["databases"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadBackup(f"{saved}: {MANIFEST} cannot be read") from error
    if told.get("format") != FORMAT:
        raise BadBackup(f"{saved} is of a newer program")
    if not all(isinstance(name, str) and may_be(name) for name in names):
        raise BadBackup(f"{saved}: {MANIFEST} names what is no database")
    return list(names)


@contextmanager
def _opened(saved: Path) -> Iterator[Callable[[str, Path], Path]]:
    """take(name, draft): the copy of a file of the backup in `draft`."""
    if saved.is_dir():
        yield lambda name, draft: Path(shutil.copyfile(saved / name, draft / name))
        return
    with tarfile.open(saved) as tar:
        yield partial(_unpack, tar)


def _unpack(tar: tarfile.TarFile, name: str, draft: Path) -> Path:
    try:
        packed = tar.extractfile(name)
    except KeyError:
        packed = None
    if packed is None:
        raise BadBackup(f"{name} is missing")
    copy = draft / name
    with packed, copy.open("xb") as file:
        shutil.copyfileobj(packed, file)
    return copy


def _bring(copy: Path, place: Path) -> None:
    """Put a whole file in its place."""
    with copy.open("rb") as file:
        schema.sync_file(file)
    if place.exists():
        damage.set_aside(place, REPLACED)
    copy.rename(place)
    schema.sync_directory(place.parent)
