"""Makes the databases once the server answers, without keeping the first page waiting."""

import logging
import threading
from typing import Final

from sync.database import Database
from sync.errors import SyncError

log = logging.getLogger(__name__)

PAUSE: Final = 0.1
"""Seconds between tries while the database starts."""


def prepare_databases(database: Database) -> None:
    """Make what is missing, in the background, as soon as the server can be reached."""
    threading.Thread(target=_prepare, args=(database,), daemon=True).start()


def _prepare(database: Database) -> None:
    pause = threading.Event()
    while True:
        try:
            database.create_all()
        except SyncError as error:
            log.info("the database is not ready: %s", error)
            pause.wait(PAUSE)
        else:
            return
