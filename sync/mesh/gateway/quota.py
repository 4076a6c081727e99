"""How much one home may write in the course of time: a day's worth, and all in all.

Kept over restarts in a file of this machine alone. Each kiosk counts what is written to itself.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sync.clock import now
from sync.mesh.identity.chain import Peer

log = logging.getLogger(__name__)

NAME: Final = "written.json"
"""Of the file in DIR."""

DAY: Final = (1_000, 256 * 2**20)
"""Documents and bytes a day (UTC): a family writes ten, with photos; a home that was away for
months brings hundreds."""

ALL: Final = (20_000, 2 * 2**30)
"""Documents and bytes in all: ten years of five a day."""

WORDS: Final = ("too much in one day", "too much in all")
UNTOLD: Final = "without its length"
"""Why a document is refused."""


@dataclass
class Written:
    """What one home has written, on ``day`` and in all; ``refused``: documents, for that reason."""

    day: str
    documents: int = 0
    bytes: int = 0
    all_documents: int = 0
    all_bytes: int = 0
    refused: int = 0

    def excess(self, size: int) -> str:
        """Which limit a document of ``size`` bytes would pass, in :data:`WORDS`; "" for none. A
        smaller one may still find room."""
        if self.all_documents >= ALL[0] or self.all_bytes + size > ALL[1]:
            return WORDS[1]
        if self.documents >= DAY[0] or self.bytes + size > DAY[1]:
            return WORDS[0]
        return ""

    def add(self, size: int) -> None:
        """Count a document of ``size`` bytes."""
        self.documents, self.bytes = self.documents + 1, self.bytes + size
        self.all_documents, self.all_bytes = self.all_documents + 1, self.all_bytes + size


class Quota:
    """The homes of one machine, by node id; ``path``: where it is kept, None for nowhere."""

    def __init__(self, path: Path | None = None, now: Callable[[], datetime] = now) -> None:
        self._path, self._now = path, now
        self._known = read(path) if path else {}
        self._changed = False

    def refusal(self, peer: Peer, document: Any, length: str | None = "") -> str:
        """Count a document that may come in; why it may not after all, or "".

        ``length``: what its request announces, where it comes alone: the same for its photos.
        """
        if peer.role != "home":
            return ""
        if length is None:
            return UNTOLD
        known, size = self._of(peer.node), int(length or len(str(document)))
        self._changed = True
        why = known.excess(size)
        if why:
            known.refused += 1
        else:
            known.add(size)
        return why

    def keep(self) -> None:
        """Write down what has changed; what was counted since the last time is lost by a crash."""
        if self._path is None or not self._changed:
            return
        self._changed = False
        try:
            _write(self._path, {node: asdict(each) for node, each in self._known.items()})
        except OSError as error:
            log.warning("what homes have written is not kept: %s", error)

    def _of(self, node: str) -> Written:
        today = f"{self._now():%Y-%m-%d}"
        known = self._known.setdefault(node, Written(today))
        if known.day != today:
            known.day, known.documents, known.bytes = today, 0, 0
        return known


def read(path: Path) -> dict[str, Written]:
    """What each home has written; none where there is no file, or it cannot be read."""
    try:
        told = json.loads(path.read_bytes())["homes"]
        return {str(node): Written(**each) for node, each in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("what homes have written is counted anew: %s", error)
        return {}


def _write(path: Path, homes: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"v": 1, "homes": homes}, file)
    draft.replace(path)
