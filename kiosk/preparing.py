"""Makes the databases once the server answers, without keeping the first page waiting."""

import logging
import threading
from typing import Final

from sync.database import Database
from sync.errors import SyncError

log = logging.getLogger(__name__)

PAUSE: Final = 0.1
"""Seconds before the second try, while the database starts; doubles at each one …"""

LONGEST: Final = 5.0
"""… up to this: a database that refuses us needs no hurry."""


def prepare_databases(database: Database) -> None:
    """Make what is missing, in the background, as soon as the server can be reached."""
    threading.Thread(target=_prepare, args=(database,), daemon=True).start()


def _prepare(database: Database) -> None:
    clock, pause = threading.Event(), PAUSE
    while True:
        try:
            database.create_all()
        except SyncError as error:
            log.info("the database is not ready: %s", error)
            clock.wait(pause)
            pause = min(2 * pause, LONGEST)
        else:
            return
