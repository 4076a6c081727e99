"""Issuing codes and cards on paper: nothing is issued that was not first written to the file."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from kiosk.access.codes import show
from kiosk.access.issue import Issued, invent, prove, write_cards, write_verifiers
from kiosk.errors import KioskError
from kiosk.letters.addressees import Addressee
from kiosk.letters.letter import draw
from sync.database import Database
from sync.errors import SyncError

AT_ONCE: Final = 2  # hashes: as many as kiosk.access.digests lets through


class Unwritten(KioskError):
    """The file cannot be written, and nothing was issued."""

    def __init__(self, path: Path, why: str | None) -> None:
        said = f"{path} ne peut pas être écrit\u00a0: {why}."
        super().__init__(f"{said} Les codes d’avant marchent toujours.")


class Unsure(KioskError):
    """The database failed while codes were written: some of the file's may not open anything."""

    def __init__(self, path: Path) -> None:
        said = f"{path} est écrit, mais tous ses codes ne marchent pas."
        super().__init__(f"{said} Recommencez la même commande.")


def post(
    database: Database,
    estate_key: bytes,
    people: Sequence[Addressee],
    path: Path,
    at: datetime,
    origin: str,
) -> list[Issued]:
    """Give each of ``people`` a new code and card, and write their letters to ``path``, a PDF.

    The file is whole or is not there, and only its owner may read it. It is on the disk before
    the first code is valid: when it cannot be written (Unwritten), or the database refuses the
    cards (SyncError), the older codes go on. Raises Unsure when it fails later.
    """
    issued = [invent() for _ in people]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        proving = [
            pool.submit(prove, estate_key, to.account, to.person, secret, at, origin)
            for to, secret in zip(people, issued, strict=True)
        ]
        letters = _drawn(people, issued, path)
        proofs = [each.result() for each in proving]
    with _draft(path, letters) as draft:
        write_cards(database, proofs)
        draft.replace(path)
        _settle(path.parent)
    try:
        write_verifiers(database, proofs)
    except SyncError as error:
        raise Unsure(path) from error
    return issued


def _drawn(people: Sequence[Addressee], issued: Sequence[Issued], path: Path) -> bytes:
    try:
        return draw(zip(people, issued, strict=True))
    except OSError as error:  # fpdf2 unpacks each font into the folder of temporary files
        raise Unwritten(path, error.strerror) from error


def summary(people: Sequence[Addressee], issued: Sequence[Issued], path: Path) -> str:
    """What to tell at the terminal: the code of one alone; those of many are on paper only."""
    many = f"{len(people)} lettres dans {path}. Imprimez, puis effacez ce fichier."
    if len(people) > 1:
        return many
    return f"Pour\u00a0: {people[0].name}\nCode\u00a0: {show(issued[0].code)}\nLettre\u00a0: {path}"


def _settle(folder: Path) -> None:
    """Have the disk keep a new name in this folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _draft(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside ``path`` with this content, on the disk; gone at the end unless renamed."""
    if path.is_dir():
        raise Unwritten(path, "c’est un dossier")
    try:
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600, as mkstemp makes
    except OSError as error:
        raise Unwritten(path, error.strerror) from error
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    except OSError as error:
        raise Unwritten(path, error.strerror) from error
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
