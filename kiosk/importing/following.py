"""`residacoeur sources`: the addresses that this machine reads again by itself."""

import argparse

from kiosk.errors import REFUSED, Stopped
from sync.clock import ESTATE, instant
from sync.imports.followed import followed, forget, readings


def run(options: argparse.Namespace) -> int:
    """Say what is followed and how it goes, or follow one address no more."""
    if options.forget:
        return _forget(options)
    went = readings(options.data)
    known = followed(options.data)
    for source in known:
        print(f"{source.kind} {source.address}")
        reading = went.get(source.address)
        if reading:
            at = instant(reading.at).astimezone(ESTATE)
            print(f"  {at:%d/%m/%Y à %H:%M}\xa0: {reading.said}")
    if not known:
        print("Rien n’est relu. Par exemple\xa0: residacoeur import feed ADRESSE --hourly")
    return 0


def _forget(options: argparse.Namespace) -> int:
    try:
        if forget(options.data, options.forget):
            print("Cette adresse n’est plus relue. Ce qui en est venu reste.")
            return 0
    except OSError as error:
        said = f"On ne peut pas écrire dans {options.data}\xa0: {error.strerror}."
        raise Stopped(said) from error
    raise Stopped("Cette adresse n’est pas relue\xa0: voir residacoeur sources.", REFUSED)
