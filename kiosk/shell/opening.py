"""How a node shows itself: in its own window, else in the browser of a computer at home."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk import running
from kiosk.config import PORT
from kiosk.shell import needs
from kiosk.supervisor import Command

CLOSED: Final = 0  # how `residacoeur window` ends when a person has closed it …
REFUSED: Final = 2  # … and when it cannot open: another attempt would end alike


def opens(wanted: bool) -> bool:
    """Whether the window can open where it is wanted; says in one sentence why it cannot."""
    why = needs.refusal() if wanted else ""
    if why:
        print(why, file=sys.stderr, flush=True)
    return wanted and not why


def child(program: Sequence[str], data: Path) -> Command:
    """The process of the window. Who has closed it at home opens it again; nobody else can."""
    arguments = [*program, "window", "--data", str(data)]
    return Command("window", arguments, last=frozenset({CLOSED, REFUSED}))


def portal(data: Path) -> tuple[str, str]:
    """Where the portal of `data` is, or will be, and the mode of its screen."""
    here = running.find(data)
    port, mode = (here.port, here.mode) if here and here.port else (PORT, "home")
    return f"http://{running.HOST}:{port}", mode


def announce(port: int, browser: bool) -> bool:
    """Once the portal answers, say where, and open it in the computer's own browser if wished."""
    if not running.answers(port):
        return False
    url = f"http://{running.HOST}:{port}"
    print(f"Résidacœur: {url}", flush=True)
    opener = shutil.which("xdg-open") if browser and needs.has_screen() else None
    if opener:
        subprocess.Popen([opener, url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return True
