"""What a sealed file of a node holds: a tar of these, and of nothing else."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sync.couch.schema import sync_file
from sync.imports.followed import NAME as FOLLOWED
from sync.mesh.absence import NAME as UNSENT
from sync.sealed import Torn

MANIFEST: Final = "node-backup.json"
COUCH: Final = "saved"
"""The folder of the databases; as :mod:`sync.couch.backup` makes one."""
PLAIN: Final = ("node.json", UNSENT, FOLLOWED)
KEYS: Final = ("estate.key",)
KEY_FOLDERS: Final = ("identity", "estate")


@dataclass(frozen=True)
class Manifest:
    """``format``: of the data directory. ``met``: when the node had last met another, or ""; what
    it says of itself in a database that no backup holds."""

    format: int
    at: str
    keys: bool
    met: str


def draft_of(data: Path) -> Path:
    """Where a node is brought back before it takes its place at ``data``: hidden, beside it."""
    return data.with_name(f".{data.name}.restoring")


def gather(data: Path, saved: Path, *, keys: bool) -> Iterator[tuple[str, Path]]:
    """Name and place of each file to put in, the databases being saved in ``saved``."""
    for path in sorted(saved.iterdir()):
        yield f"{COUCH}/{path.name}", path
    for name in (*PLAIN, *(KEYS if keys else ())):
        if (data / name).exists():
            yield name, data / name
    for folder in KEY_FOLDERS if keys else ():
        for path in sorted((data / folder).glob("[!.]*")):
            yield f"{folder}/{path.name}", path


def describe(manifest: Manifest) -> bytes:
    """The manifest as it stands in the file."""
    return json.dumps(asdict(manifest)).encode()


def understand(draft: Path) -> Manifest:
    """The manifest of what was unpacked into ``draft``. Raises Torn."""
    try:
        told = json.loads((draft / MANIFEST).read_bytes())
        return Manifest(int(told["format"]), str(told["at"]), bool(told["keys"]), str(told["met"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise Torn(MANIFEST) from None


def unpack(tar: tarfile.TarFile, draft: Path) -> None:
    """Write what the tar holds into ``draft``, each file 0600 and on disk. Raises Torn for what
    :func:`gather` would not have put there."""
    for member in tar:
        content = tar.extractfile(member) if member.isreg() and _is_ours(member.name) else None
        if content is None:
            raise Torn(member.name)
        path = draft / member.name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            while piece := content.read(1 << 20):
                file.write(piece)
            sync_file(file)


def _is_ours(name: str) -> bool:
    folder, slash, file = name.rpartition("/")
    if not slash:
        return name in (MANIFEST, *PLAIN, *KEYS)
    return folder in (COUCH, *KEY_FOLDERS) and not file.startswith(".") and file != ""
