"""What every handler works with: the databases of this process and who may ask."""

import secrets
from functools import partial
from pathlib import Path

from sync.couch.auth import Gate, People
from sync.couch.databases import Databases
from sync.couch.replicator.replicator import Replicator
from sync.couch.request import Request
from sync.couch.settings import Settings
from sync.couch.store import Store

VERSION = "3.5.0"
"""The version of CouchDB whose protocol this is."""


class Node:
    """The databases under `directory`, with one administrator. Raises Locked."""

    def __init__(
        self, directory: Path, admin: tuple[str, str], settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.databases = Databases(directory)
        self.gate = Gate(*admin, People(self.databases))
        self.uuid = _node_uuid(directory)
        exists = partial(self.databases.exists, "_replicator")
        self.replicator = Replicator(self.uuid, exists, self.settings.context)

    def store(self, request: Request) -> Store:
        """The database that the URL names. Raises CouchError 404."""
        return self.databases.get(request.db)

    def stop(self) -> None:
        self.databases.stop()

    def close(self) -> None:
        self.databases.close()


def _node_uuid(directory: Path) -> str:
    """The server's own id, made once."""
    path = directory / "uuid"
    if not path.exists():
        path.write_text(secrets.token_hex(16) + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()
