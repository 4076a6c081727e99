"""The landlord's machine is lost: `estate keep` before, `estate rebuild` after, `estate leave`.

What `keep` saves is small and changes with each node that is made; documents come from the halls.
"""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from kiosk import config, running
from kiosk.errors import REFUSED, Stopped
from kiosk.membership.before import LEFT
from kiosk.membership.owning import owned
from kiosk.safekeeping import passphrase
from kiosk.safekeeping.unsealing import unsealing
from sync import upkeep
from sync.clock import now
from sync.database import Database
from sync.mesh import acquaintances, carrying
from sync.mesh.absence import CONTACT
from sync.mesh.identity import authority as authorities
from sync.mesh.identity import identity, ledger, rootfile
from sync.mesh.identity.enrolment import enroll
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.rootfile import RootFile
from sync.sealed import NotSealed, Torn

Opening = Callable[[], AbstractContextManager[Database]]


def keep(options: argparse.Namespace, opened: Opening) -> str:
    """Seal the estate's secret, its book and the key of codes in a file, for a safe."""
    authority, own = owned(options.data)
    into = options.output.expanduser().absolute()
    if into.exists():
        raise Stopped(f"{into} est déjà là. Choisissez un autre nom.", REFUSED)
    book = ledger.read(options.data / "estate")
    key = config.read_key(options.data / "estate.key")
    file = RootFile(authority, book, own.node.node, key)
    try:
        rootfile.write(into, file, passphrase.fresh())
    except OSError as error:
        raise Stopped(f"On ne peut pas écrire {into}\xa0: {error.strerror}.") from error
    return f"Le secret du quartier est dans {into}. Enfermez-le, loin de ce poste."


def rebuild(options: argparse.Namespace, opened: Opening) -> str:
    """Make of this machine the landlord's node that `keep` saved: same id, other keys.

    Its documents come from the halls by ordinary replication. The identity is written last: what
    was broken off is done anew.
    """
    data, saved = options.data, options.file.expanduser().absolute()
    if identity.read(data):
        raise Stopped(f"{data} fait déjà partie d’un quartier.", REFUSED)
    file = _unsealed(saved)
    config.prepare(data)
    entry, credentials = enroll(file.authority, file.entry, now(), homes=bool(file.entry.homes))
    file.book.put(entry)
    authorities.keep(file.authority, data / "estate")
    ledger.begin(data / "estate", file.book)
    config.save_key(data / "estate.key", file.estate_key)
    config.settle(
        data,
        id=entry.id,
        name=entry.name,
        roles=["kiosk", "landlord"] if entry.homes else ["landlord"],
        residence=entry.residence,
        staircase=entry.staircase,
        peers=list(dict.fromkeys(options.peer)),
    )
    identity.write(data, credentials)
    said = f"Ce poste est le bailleur de «\xa0{file.book.name}\xa0»."
    return f"{said} Lancez «\xa0serve\xa0»\xa0: les bornes le remplissent. N’allumez plus l’ancien."


def leave(options: argparse.Namespace, opened: Opening) -> str:
    """Take this machine out of its estate, with all its documents; another may then take it in.

    A home keeps its key, and so its id. Nothing is believed any more of what the landlord of before
    is known to have, nor of when a hall met others: those of the next estate have none of it yet.
    """
    data = options.data
    if running.find(data):
        raise Stopped("Arrêtez d’abord «\xa0serve\xa0» sur ces données.")
    if (data / "estate" / ledger.BOOK).exists():
        raise Stopped("C’est le poste du bailleur\xa0: il ne quitte pas son quartier.", REFUSED)
    found = identity.read(data)
    if not found:
        raise Stopped("Cette machine n’est d’aucun quartier.", REFUSED)
    with opened() as database:
        carrying.reset(database)
        if found.node.role != "home":
            upkeep.forget(database, "node", [CONTACT])
    (data / acquaintances.NAME).unlink(missing_ok=True)
    (data / LEFT).mkdir(mode=0o700, exist_ok=True)
    for name in (identity.CHAIN, identity.ROOT, identity.HOMES, identity.HOMES_KEY):
        if (data / "identity" / name).exists():
            (data / "identity" / name).replace(data / LEFT / name)
    return "Cette machine n’est plus d’aucun quartier. Ses documents restent."


def _unsealed(saved: Path) -> RootFile:
    try:
        with unsealing(saved) as (file, phrase):
            return rootfile.read(file, phrase)
    except (NotSealed, Torn, Unreadable, OSError) as error:
        said = f"{saved} n’est pas ce que «\xa0estate keep\xa0» a fait, ou il est abîmé."
        raise Stopped(said, REFUSED) from error
