"""What works on this machine and what does not, in plain words."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from i18n.languages import LANGUAGES, SOURCE
from kiosk import running
from kiosk.atrest import is_encrypted
from kiosk.doors import Door
from kiosk.errors import KioskError
from kiosk.safekeeping.contents import draft_of
from kiosk.shell import needs
from sync.clock import ESTATE, now
from sync.couch.damage import aside_in
from sync.database import Database
from sync.errors import SyncError
from sync.imports.followed import followed, readings
from sync.mesh.gateway import quota
from sync.mesh.identity import identity
from sync.mesh.identity.errors import Unreadable
from sync.time import kept
from sync.time.estate import KeptClock
from voice.worker import diagnose

LITTLE: Final = 1_000_000_000  # bytes free: below it a caretaker should make room …
NOTHING: Final = 200_000_000  # … and below this a photo or two fill the disk
SOON: Final = timedelta(days=45)  # a certificate renews itself months before, where it can
VENDOR: Final = Path(__file__).resolve().parent.parent / "static" / "vendor"


@dataclass(frozen=True)
class Finding:
    """One line of the examination; ``needed``: without it the node is of no use."""

    part: str
    well: bool
    words: str
    needed: bool = True

    def __str__(self) -> str:
        return f"{'✔' if self.well else '✘'} {self.part}\u00a0: {self.words}"


Opening = Callable[[], AbstractContextManager[Database]]


def examine(data: Path, doors: Sequence[Door], database: Opening) -> Iterator[Finding]:
    """Look at each part in turn. ``doors`` are the ports a node would use; ``database`` opens the
    node's database."""
    yield _database(database)
    yield from _damaged(data / "couch")
    yield _voice()
    yield _languages()
    yield _pages()
    yield from _unfinished(data)
    yield _disk(data)
    yield _sealing(data)
    yield _clock(data)
    yield _identity(data)
    yield from _homes(data / quota.NAME)
    yield from _sources(data)
    here = running.find(data)
    yield _window(here)
    for door in doors:
        yield _port(door, here)


def _database(database: Opening) -> Finding:
    try:
        with database() as opened:
            well = opened.up()
    except (KioskError, SyncError) as error:
        return Finding("Base de données", False, f"elle ne répond pas ({error}).")
    return Finding("Base de données", well, "elle répond." if well else "elle ne répond pas.")


def _damaged(couch: Path) -> Iterator[Finding]:
    """Each file that the embedded database found damaged and began anew."""
    for aside in aside_in(couch):
        words = (
            f"abîmée le {aside.at:%d/%m/%Y}, recommencée vide. Une voisine la remplit, ou une "
            f"sauvegarde. L’ancienne est gardée\u00a0: {aside.path}"
        )
        yield Finding(f"Base {aside.database}", False, words, needed=False)


def _unfinished(data: Path) -> Iterator[Finding]:
    """What a `restore` that was killed has left: everything of a node, keys too, in the clear."""
    draft = draft_of(data)
    if draft.exists():
        words = f"interrompue. Recommencez-la, ou effacez {draft}."
        yield Finding("Remise d’une sauvegarde", False, words, needed=False)


def _voice() -> Finding:
    why = diagnose()
    words = (
        "elle parle." if why is None else f"elle ne parle pas, le bouton d’écoute manque ({why})"
    )
    return Finding("Voix", why is None, words, needed=False)


def _languages() -> Finding:
    names: list[str] = []
    missing: list[str] = []
    for language in LANGUAGES.values():
        well = language is SOURCE or language.compiled.exists()
        (names if well else missing).append(language.name)
    if missing:
        said = f"il manque {', '.join(missing)}. Relancez\u00a0: sh installer/run.sh"
        return Finding("Langues", False, said)
    return Finding("Langues", True, f"{', '.join(names)}.")


def _pages() -> Finding:
    well = (VENDOR / "htmx.min.js").exists()
    said = "tout est là." if well else "incomplètes. Relancez\u00a0: sh installer/run.sh"
    return Finding("Pages", well, said)


def _there(data: Path) -> Path:
    return next(path for path in (data, *data.parents) if path.exists())


def _sealing(data: Path) -> Finding:
    """A stolen machine is read by whoever has it, unless its disk is encrypted."""
    told = is_encrypted(_there(data))
    words = {
        True: "le disque des données est chiffré.",
        False: "le disque des données n’est pas chiffré. Qui vole la machine lit tout.",
        None: "on ne peut pas savoir si le disque des données est chiffré.",
    }
    return Finding("Chiffrement", told is True, words[told], needed=False)


def _disk(data: Path) -> Finding:
    there = _there(data)
    free = shutil.disk_usage(there).free
    words = f"{free / 1e9:.1f}".replace(".", ",") + "\u00a0Go libres."
    if free < LITTLE:
        words += " Faites de la place."
    return Finding("Disque", free >= NOTHING, words)


def _clock(data: Path) -> Finding:
    """The clock cannot be right before this program or its data were written, nor where the mesh
    doubts it: before it was last right, years past it, or away from what other halls say."""
    marks = [path for path in (Path(__file__), data / "version", data / "logs") if path.exists()]
    written = max(path.stat().st_mtime for path in marks)
    today = f"nous sommes le {datetime.now(ESTATE):%d/%m/%Y, il est %H:%M}."
    if time.time() < written - 60:
        return Finding("Horloge", False, f"{today} C’est trop tôt, réglez-la.")
    sure = KeptClock(data / kept.NAME).certain
    return Finding("Horloge", sure, today if sure else f"{today} Ce n’est pas sûr, réglez-la.")


def _identity(data: Path) -> Finding:
    """To which estate this machine belongs; one on its own needs none."""
    try:
        found = identity.read(data)
    except Unreadable as error:
        said = f"elle est abîmée ({error}). Il faut de nouveau le fichier de ce nœud."
        return Finding("Identité", False, said)
    if found is None:
        return Finding("Identité", True, "cette machine est seule, dans aucun quartier.", False)
    words = f"«\xa0{found.node.name}\xa0», jusqu’au {found.node.ends:%d/%m/%Y}."
    left = found.node.ends - now()
    if left < timedelta():
        return Finding("Identité", False, f"{words} C’est passé, renouvelez-la.")
    if left < SOON:
        return Finding("Identité", False, f"{words} C’est bientôt, renouvelez-la.", needed=False)
    return Finding("Identité", True, words)


def _homes(written: Path) -> Iterator[Finding]:
    """Each home that has written here more than a home may."""
    for node, known in quota.read(written).items():
        if known.refused:
            said = f"il écrit trop. Documents refusés\xa0: {known.refused}. Qui\xa0: estate list."
            yield Finding(f"Ordinateur {node}", False, said, needed=False)


def _sources(data: Path) -> Iterator[Finding]:
    """The feeds and calendars that this machine reads again every hour, and those that fail."""
    known, went = followed(data), readings(data)
    failed = [s.address for s in known if s.address in went and not went[s.address].well]
    for address in failed:
        words = f"{address}\u00a0: {went[address].said}"
        yield Finding("Nouvelles du dehors", False, words, needed=False)
    if known and not failed:
        count = "1 adresse est relue" if len(known) == 1 else f"{len(known)} adresses sont relues"
        yield Finding("Nouvelles du dehors", True, f"{count} toutes les heures.", needed=False)


def _window(here: running.Running | None) -> Finding:
    """Needed on a hall's screen that shows itself; a machine without a screen is well without."""
    why = needs.refusal()
    hall = here is not None and here.window and here.mode != "home"
    return Finding("Fenêtre", not why, why or "elle peut s’ouvrir.", needed=hall)


def _port(door: Door, here: running.Running | None) -> Finding:
    part = f"Port {door.port}"
    if here and door.port in here.ports:
        well = running.answers(door.port, door.host)
        said = "notre nœud y travaille." if well else "notre nœud devrait y répondre."
        return Finding(part, well, said)
    if door.trouble:
        said = f"pris par un autre programme. Prenez-en un autre avec {door.option}."
        return Finding(part, False, said)
    return Finding(part, True, "libre.")
