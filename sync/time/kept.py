"""DIR/time.json: what the mesh knows of the time, for itself after a restart and for the portal."""

import json
import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sync.clock import instant, stamp
from sync.time.judge import BUILT, NOTHING, Judged, Known

log = logging.getLogger(__name__)

NAME: Final = "time.json"


@dataclass(frozen=True)
class Kept:
    """What stands in the file: ``at`` a stamp; ``ahead`` the seconds that the machine's clock is
    ahead of estate time, zero while it is believed; ``certain`` as the mesh judged last."""

    at: str = stamp(BUILT)
    ahead: float = 0.0
    certain: bool = True

    def known(self, since: timedelta = NOTHING) -> Known:
        """The same, to judge a clock by."""
        return Known(instant(self.at), since, before=timedelta(seconds=self.ahead))


def read(path: Path) -> Kept:
    """What the file says; nothing known when it is missing or damaged, which the log is told."""
    try:
        found = json.loads(path.read_bytes())
        kept = Kept(stamp(instant(found["at"])), float(found["ahead"]), bool(found["certain"]))
        timedelta(seconds=kept.ahead)  # what is no number of seconds is no correction either
    except FileNotFoundError:
        return Kept()
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        log.warning("the time last known is lost: %s", error)
        return Kept()
    return kept


def write(path: Path, kept: Kept) -> None:
    """Put it on disk whole or not at all; a disk that refuses is told to the log alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    told = {"v": 1, "at": kept.at, "ahead": kept.ahead, "certain": kept.certain}
    try:
        with draft.open("w") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        log.warning("the time will be forgotten at a restart: %s", error)


def following(before: Kept, judged: Judged, ahead: timedelta) -> Kept:
    """What to keep after a judgement: a time in doubt does not become the latest known."""
    at = stamp(judged.now) if judged.keep else before.at
    return Kept(at, round(ahead.total_seconds(), 3), judged.certain)
