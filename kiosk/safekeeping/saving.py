"""`residacoeur backup FILE`: a node sealed into one file, while it runs."""

import argparse
import fcntl
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast

from kiosk import config, running
from kiosk.errors import REFUSED, Stopped
from kiosk.keeping import OWN
from kiosk.safekeeping import contents, passphrase
from sync.clock import now, stamp
from sync.couch.backup import backup
from sync.couch.errors import BadBackup
from sync.couch.schema import sync_directory, sync_file
from sync.database import Database
from sync.mesh.absence import CONTACT
from sync.sealed import Writer

Opened = Callable[[argparse.Namespace], AbstractContextManager[Database]]

STAGE: Final = ".saving"
"""Copies in the clear never leave the data directory, where the same words lie in the clear."""


def run(options: argparse.Namespace, opened: Opened) -> int:
    """Save the node of `options.data`, say it in a sentence, and return 0. Raises Stopped."""
    data, into = options.data, options.file.expanduser().absolute()
    _check(data, into, options.couch_url)
    secret = passphrase.fresh()
    try:
        with _stage(data) as stage:
            with opened(options) as database:
                met = _met(database)
                backup(data / "couch", stage / "saved", without=OWN)
            manifest = contents.Manifest(config.FORMAT, stamp(now()), options.with_keys, met)
            _seal(into, secret, manifest, data, stage / "saved")
    except BadBackup as error:
        raise Stopped(f"Rien n’est sauvegardé\xa0: {error}") from error
    except OSError as error:
        raise Stopped(f"On ne peut pas écrire {into}\xa0: {error.strerror or error}.") from error
    print(f"Ce nœud est sauvegardé dans {into}, {_keys(options)}.")
    return 0


def _keys(options: argparse.Namespace) -> str:
    if options.with_keys:
        return "avec ses clés. Enfermez ce fichier"
    hall = (options.data / "identity" / "chain.pem").exists()
    if hall and not (options.data / "estate").exists():
        return "sans ses clés"
    return "sans ses clés. Rien d’autre ne les redonne\xa0: ajoutez --with-keys à une autre"


def _check(data: Path, into: Path, elsewhere: str | None) -> None:
    if not (data / "node.json").exists():
        raise Stopped(f"Il n’y a pas de nœud dans {data}.", REFUSED)
    if elsewhere or (running.find(data) and not _served(data / "couch")):
        said = "Ces documents sont dans un Apache CouchDB"
        raise Stopped(f"{said}\xa0: ses propres outils les sauvegardent.", REFUSED)
    if into.exists():
        raise Stopped(f"{into} est déjà là. Choisissez un autre nom.", REFUSED)
    if not into.parent.is_dir():
        raise Stopped(f"Le dossier {into.parent} n’est pas là.", REFUSED)


def _served(couch: Path) -> bool:
    """Whether an embedded database is at work there."""
    try:
        with (couch / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def _stage(data: Path) -> Iterator[Path]:
    """A folder for one backup at a time; what one that was killed has left goes first."""
    with (data / f"{STAGE}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise running.InUse(f"{data} is being saved") from error
        stage = data / STAGE
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(mode=0o700)
        try:
            yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _met(database: Database) -> str:
    known = database.get("node", CONTACT)
    return str(known["at"]) if known else ""


def _seal(into: Path, secret: str, manifest: contents.Manifest, data: Path, saved: Path) -> None:
    draft = into.with_name(f".{into.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            writer = Writer(file, secret)
            whole = cast(BinaryIO, writer)  # of which tarfile asks only to be written to
            with tarfile.open(fileobj=whole, mode="w|") as tar:
                _add(tar, contents.MANIFEST, contents.describe(manifest))
                for name, path in contents.gather(data, saved, keys=manifest.keys):
                    tar.add(path, name, filter=_nameless)
            writer.finish()
            sync_file(file)
        draft.rename(into)
        sync_directory(into.parent)
    finally:
        draft.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, BytesIO(content))


def _nameless(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without who owns it on this machine."""
    return info.replace(uid=0, gid=0, uname="", gname="", deep=False)
