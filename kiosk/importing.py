"""`residacoeur import`: files or addresses of one kind, one after the other."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path

from kiosk.errors import REFUSED, Stopped
from sync import internet
from sync.clock import ESTATE, now
from sync.database import Database
from sync.imports.errors import ImportRefused
from sync.imports.source import is_address

Opening = Callable[[], AbstractContextManager[Database]]


def run(options: argparse.Namespace, opened: Opening) -> int:
    """Import all that the options name; stops, as Stopped, at the first that is refused."""
    kind = import_module(f"sync.imports.{options.kind}")
    said = {"shift_from": options.shift_from, "origin": options.origin}
    if options.place:
        if options.kind not in ("feed", "calendar"):
            raise Stopped("--place va avec feed et calendar.", REFUSED)
        said["to"] = options.place
    with opened() as database:
        at = now().astimezone(ESTATE)
        if options.shift_to:
            at = datetime.combine(options.shift_to, at.timetz())
        for source in options.source:
            try:
                outcome = kind.load(database, source, now=at, **said)
                _note(options.data, source, answered=True)
            except ImportRefused as refusal:
                _note(options.data, source, answered=not refusal.silent)
                raise Stopped(f"{refusal}\nRien n’est importé.", REFUSED) from refusal
            print(f"{Path(source).name}\xa0: {outcome}")
    return 0


def _note(data: Path, source: str, *, answered: bool) -> None:
    """What a feed from beyond the estate shows of the line; a disk that is full loses it."""
    host = internet.beyond(source) if is_address(source) else ""
    if host:
        with suppress(OSError):
            internet.note(data / internet.NAME, host, now(), answered=answered)
