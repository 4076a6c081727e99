"""Whether the estate's own secret is on this machine."""

from pathlib import Path

from kiosk.errors import REFUSED, Stopped
from sync.mesh.identity import identity, ledger
from sync.mesh.identity.authority import Authority
from sync.mesh.identity.identity import Identity


def owned(data: Path) -> tuple[Authority, Identity]:
    """What makes nodes here, and who we are. Stopped where no estate was made."""
    found = identity.read(data)
    if not found or not found.authority or not (data / "estate" / ledger.BOOK).exists():
        said = f"Il n’y a pas le secret d’un quartier dans {data}."
        raise Stopped(f"{said} D’abord\xa0: residacoeur estate new.", REFUSED)
    return found.authority, found
