"""The feeds and calendars that this machine reads again by itself, and how that went.

They stand in a file of the machine, not in a database: it fetches what its own administrator has
asked for, on nobody else's word. Two machines that follow one feed make the same documents.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from sync import internet
from sync.clock import ESTATE, stamp
from sync.database import Database
from sync.errors import SyncError
from sync.imports.errors import ImportRefused
from sync.imports.outcome import Outcome
from sync.imports.source import is_address

log = logging.getLogger(__name__)

NAME: Final = "followed.json"
"""Of the file in DIR with what is followed, in the order in which it was asked for."""

READ: Final = "followed-read.json"
"""Of the file in DIR that says how it went, by address."""

KINDS: Final = ("feed", "calendar")


class Followed(NamedTuple):
    """One address. ``origin`` and ``to`` as for :func:`sync.imports.feed.load`."""

    kind: str
    address: str
    origin: str = ""
    to: str = ""


class Reading(NamedTuple):
    """How the last reading of an address went: when (a stamp), whether well, and in what words."""

    at: str
    well: bool
    said: str


def followed(data: Path) -> tuple[Followed, ...]:
    """What the machine with this data directory follows; nothing where the file makes no sense."""
    return tuple(_sound(_kept(data / NAME).get("sources")))


def _sound(told: Any) -> Iterator[Followed]:
    for each in told if isinstance(told, list) else ():
        words = each if isinstance(each, dict) else {}
        source = Followed(**{name: str(words.get(name, "")) for name in Followed._fields})
        if source.kind in KINDS and is_address(source.address):
            yield source


def follow(data: Path, source: Followed) -> None:
    """Follow an address from now on; what was said of it before is replaced. OSError if it cannot
    be written down."""
    others = [known for known in followed(data) if known.address != source.address]
    _write(data / NAME, {"sources": [known._asdict() for known in (*others, source)]})


def forget(data: Path, address: str) -> bool:
    """Follow an address no more; False where it was not followed. OSError as :func:`follow`."""
    known = followed(data)
    left = [source for source in known if source.address != address]
    if len(left) < len(known):
        _write(data / NAME, {"sources": [source._asdict() for source in left]})
    return len(left) < len(known)


def readings(data: Path) -> Mapping[str, Reading]:
    """How the last reading of each address went, as far as the file can be read."""
    found = {}
    for address, told in _kept(data / READ).items():
        if isinstance(told, dict):
            at, well, said = (told.get(name) for name in Reading._fields)
            found[address] = Reading(str(at), well is True, str(said))
    return found


def bring_in(
    database: Database,
    data: Path,
    kind: str,
    source: str,
    *,
    now: datetime,
    at: datetime | None = None,
    **said: Any,
) -> Outcome:
    """Import one file or address of a kind, and note what it shows of the line to the Internet.

    ``now`` is the day it is read on, ``at`` the real time where the two differ; what else is
    ``said`` goes to the kind's own ``load``. Raises :class:`ImportRefused` as that does.
    """
    load = import_module(f"sync.imports.{kind}").load
    try:
        outcome: Outcome = load(database, source, now=now, **said)
    except ImportRefused as refusal:
        _note(data, source, at or now, answered=not refusal.silent)
        raise
    _note(data, source, at or now, answered=True)
    return outcome


def _note(data: Path, source: str, at: datetime, *, answered: bool) -> None:
    host = internet.beyond(source) if is_address(source) else ""
    try:
        if host:
            internet.note(data / internet.NAME, host, at, answered=answered)
    except OSError as error:  # a disk that is full loses it
        log.warning("what %s shows of the line is not kept: %s", host, error)


def read_again(database: Database, data: Path, now: datetime) -> Mapping[str, Reading]:
    """Import all that is followed, and keep how it went. What is refused stops nothing else."""
    went = {}
    for source in followed(data):
        went[source.address] = reading = _read(database, data, source, now)
        level = logging.INFO if reading.well else logging.WARNING
        log.log(level, "%s: %s", source.address, reading.said)
    try:
        _write(data / READ, {address: each._asdict() for address, each in went.items()})
    except OSError as error:
        log.warning("how the reading went is not kept: %s", error)
    return went


def _read(database: Database, data: Path, source: Followed, now: datetime) -> Reading:
    said: dict[str, Any] = {"origin": source.origin, "to": source.to}
    day = now.astimezone(ESTATE)
    try:
        outcome = bring_in(database, data, source.kind, source.address, now=day, **said)
    except ImportRefused as refusal:
        return Reading(stamp(now), False, refusal.sentence)
    except SyncError as error:
        return Reading(stamp(now), False, str(error))
    except Exception:  # bytes of a stranger: whatever they do to a parser, the others are read
        log.exception("%s", source.address)
        return Reading(stamp(now), False, "Ce qui en vient ne peut pas être lu.")
    return Reading(stamp(now), True, str(outcome))


def _kept(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("%s is left aside: %s", path, error)
        return {}
    return told if isinstance(told, dict) else {}


def _write(path: Path, told: Mapping[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
