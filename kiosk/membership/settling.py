"""`serve --node FILE`: a machine becomes the node that the file holds, once."""

from pathlib import Path
from typing import Final

from kiosk import config
from kiosk.errors import REFUSED, Stopped
from sync.mesh.identity import identity, nodefile
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.nodefile import NodeFile

SAID: Final = {
    "missing": "Le fichier {path} n’est pas là.",
    "damaged": "Le fichier {path} n’est pas celui d’un nœud, ou il est abîmé.",
    "newer": "Le fichier {path} vient d’une version plus récente. Installez-la.",
}


def settle(data: Path, path: Path) -> str:
    """Make the machine the node of the file at `path`; what to say of it, or "".

    On a machine that is this node already nothing changes, whether or not the file is still
    there: `serve` may be started with the same words each time. Newer keys are taken, and an
    identity that is damaged is made whole. Raises Stopped for a bad file, or when the machine is
    another node.
    """
    there = _identity(data)
    try:
        file = nodefile.read(path)
    except Unreadable as error:
        if isinstance(there, Identity) and error.word == "missing":
            return ""
        raise Stopped(SAID[error.word].format(path=path), REFUSED) from error
    if there is None:
        install(data, file)
        return f"Cette machine est maintenant «\xa0{file.node.name}\xa0». Effacez {path.name}."
    _check_same(data, there, file)
    if isinstance(there, Identity) and file.node.starts <= there.node.starts:
        return ""
    identity.write(data, file.credentials)
    return f"Cette machine a pris les clés de {path.name}. Effacez-le."


def install(data: Path, file: NodeFile) -> None:
    """Write what the file holds into a data directory that has no identity yet.

    The identity's chain is written last: whatever ends us before, the next start begins anew.
    """
    config.prepare(data)
    config.settle(
        data,
        id=file.node.node,
        name=file.node.name,
        roles=[file.node.role],
        residence=file.residence,
        staircase=file.staircase,
    )
    config.save_key(data / "estate.key", file.estate_key)
    identity.write(data, file.credentials)


def _check_same(data: Path, there: Identity | Unreadable, file: NodeFile) -> None:
    if isinstance(there, Identity) and there.root != file.credentials.root:
        said = "Cette machine fait déjà partie d’un autre quartier."
        raise Stopped(f"{said} Pour en changer\xa0: residacoeur estate leave.", REFUSED)
    here = config.read_node(data)
    if here.id != file.node.node:
        raise Stopped(f"Cette machine est déjà «\xa0{here.name}\xa0».", REFUSED)


def _identity(data: Path) -> Identity | Unreadable | None:
    try:
        return identity.read(data)
    except Unreadable as error:
        return error
