"""`residacoeur restore FILE`: a node brought back from its sealed file, whole or not at all."""

import argparse
import fcntl
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from kiosk import config, running
from kiosk.errors import REFUSED, Stopped
from kiosk.safekeeping import contents
from kiosk.safekeeping.saving import Opened
from kiosk.safekeeping.unsealing import unsealing
from sync.couch.backup import restore
from sync.couch.errors import BadBackup
from sync.couch.schema import sync_directory
from sync.mesh.absence import CONTACT
from sync.sealed import NewerSeal, NotSealed, Reader, Torn


def run(options: argparse.Namespace, opened: Opened) -> int:
    """Make `options.data` the node of `options.file`, say it, and return 0. Raises Stopped."""
    data, saved = options.data, options.file.expanduser().absolute()
    _check_empty(data)
    with _words(saved, data), unsealing(saved) as (file, phrase):
        reader = Reader(file, phrase)
        with _draft(data) as draft:
            manifest = _unseal(reader, draft)
            _revive(draft, manifest, opened)
            _settle_on_disk(draft)
            draft.rename(data)  # refused by the system unless it is still missing or empty
            sync_directory(data.parent)
    print(f"Le nœud est remis dans {data}. {_next(manifest)}")
    return 0


def _next(manifest: contents.Manifest) -> str:
    if manifest.keys:
        return "Lancez-le par «\xa0residacoeur serve\xa0»."
    said = "Ses clés n’y sont pas\xa0: lancez-le par «\xa0residacoeur serve --node FICHIER\xa0»"
    return f"{said}, ou refaites codes et cartes."


def _check_empty(data: Path) -> None:
    if data.exists() and not (data.is_dir() and not any(data.iterdir())):
        raise Stopped(f"{data} n’est pas vide. Choisissez un autre dossier.", REFUSED)


@contextmanager
def _words(saved: Path, data: Path) -> Iterator[None]:
    """What goes wrong, as a sentence and its exit code."""
    try:
        yield
    except NotSealed as error:
        raise Stopped(f"{saved} n’est pas la sauvegarde d’un nœud.", REFUSED) from error
    except (Torn, BadBackup, tarfile.TarError, OSError) as error:
        failed = error if isinstance(error, OSError) else error.__cause__
        if isinstance(failed, OSError):  # the disk's fault and not the file's
            said = f"On ne peut pas écrire dans {data}\xa0: {failed.strerror}."
            raise Stopped(said) from error
        raise Stopped(f"{saved} est abîmé ou incomplet. Rien n’est remis.", REFUSED) from error


@contextmanager
def _draft(data: Path) -> Iterator[Path]:
    """A hidden folder beside `data`, gone in the end unless it has taken its place.

    One at a time in one folder, by a lock of the kernel on it; what one that was killed has left
    goes first.
    """
    data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(data.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise running.InUse(f"{data.parent} is being restored into") from error
        draft = contents.draft_of(data)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    finally:
        os.close(handle)


def _unseal(reader: Reader, draft: Path) -> contents.Manifest:
    """Unpack all, to the mark of the end, before anything of it is used."""
    whole = cast(BinaryIO, reader)  # of which tarfile asks only to be read
    with tarfile.open(fileobj=whole, mode="r|") as tar:
        contents.unpack(tar, draft)
    reader.finish()
    manifest = contents.understand(draft)
    if manifest.format > config.FORMAT:
        raise NewerSeal
    return manifest


def _revive(draft: Path, manifest: contents.Manifest, opened: Opened) -> None:
    """Databases that are new ones to their peers, and a node that is a new incarnation."""
    restore(draft / "couch", draft / contents.COUCH)
    shutil.rmtree(draft / contents.COUCH)
    (draft / contents.MANIFEST).unlink()
    config.settle(draft)
    with opened(argparse.Namespace(data=draft, couch_url=None)) as database:
        if manifest.met:  # one that was away for too long must know it
            told = {"_id": CONTACT, "kind": "contact", "v": 1, "at": manifest.met}
            database.put("node", told)


def _settle_on_disk(draft: Path) -> None:
    for folder, _, files in os.walk(draft):
        for name in files:
            handle = os.open(Path(folder) / name, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        sync_directory(Path(folder))
