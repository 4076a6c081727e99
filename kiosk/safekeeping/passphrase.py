"""The passphrase of a sealed file: from the environment, else asked at the terminal."""

import os
import sys
from getpass import getpass
from typing import Final

from kiosk.errors import REFUSED, Stopped

VARIABLE: Final = "RESIDACOEUR_PASSPHRASE"
SHORTEST: Final = 12


def fresh() -> str:
    """For a new file: not too short, and at the terminal typed twice alike. Raises Stopped."""
    given = os.environ.pop(VARIABLE, "")
    chosen = given or _ask("Phrase secrète\xa0: ")
    if len(chosen) < SHORTEST:
        raise Stopped(f"Une phrase secrète a au moins {SHORTEST} signes.", REFUSED)
    if not given and _ask("Encore une fois\xa0: ") != chosen:
        raise Stopped("Ce n’est pas deux fois la même phrase.", REFUSED)
    return chosen


def known() -> str:
    """For a file that is there. Raises Stopped when there is nowhere to ask."""
    return os.environ.pop(VARIABLE, "") or _ask("Phrase secrète\xa0: ")


def _ask(words: str) -> str:
    if not sys.stdin.isatty():
        raise Stopped(f"Donnez la phrase secrète dans {VARIABLE}, ou au terminal.", REFUSED)
    try:
        return getpass(words)
    except EOFError as error:
        raise Stopped("Sans phrase secrète, rien n’est fait.", REFUSED) from error
