"""`residacoeur import`: files or addresses of one kind, one after the other."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from kiosk.errors import REFUSED, Stopped
from sync.clock import ESTATE, now
from sync.database import Database
from sync.imports.errors import ImportRefused
from sync.imports.followed import KINDS, Followed, bring_in, follow
from sync.imports.source import is_address

Opening = Callable[[], AbstractContextManager[Database]]


def run(options: argparse.Namespace, opened: Opening) -> int:
    """Import all that the options name; stops, as Stopped, at the first that is refused."""
    _check(options)
    said = {"shift_from": options.shift_from, "origin": options.origin}
    if options.place:
        said["to"] = options.place
    with opened() as database:
        at = now().astimezone(ESTATE)
        if options.shift_to:
            at = datetime.combine(options.shift_to, at.timetz())
        for source in options.source:
            try:
                outcome = bring_in(
                    database, options.data, options.kind, source, now=at, at=now(), **said
                )
            except ImportRefused as refusal:
                raise Stopped(f"{refusal}\nRien n’est importé.", REFUSED) from refusal
            print(f"{Path(source).name}\xa0: {outcome}")
            if options.hourly:
                _follow(options, source)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what makes no sense together."""
    if options.place and options.kind not in KINDS:
        raise Stopped("--place va avec feed et calendar.", REFUSED)
    if not options.hourly:
        return
    if options.kind not in KINDS or not all(map(is_address, options.source)):
        raise Stopped("--hourly va avec les adresses de feed et calendar.", REFUSED)
    if options.shift_from or options.shift_to:
        raise Stopped("--hourly ne va pas avec des dates déplacées.", REFUSED)


def _follow(options: argparse.Namespace, source: str) -> None:
    try:
        follow(options.data, Followed(options.kind, source, options.origin, options.place))
    except OSError as error:
        said = f"On ne peut pas écrire dans {options.data}\xa0: {error.strerror}."
        raise Stopped(said) from error
    print("Cette machine la relit toutes les heures\xa0: residacoeur sources")
