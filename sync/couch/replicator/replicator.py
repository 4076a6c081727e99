"""The replicator of a server, from its start to its end."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress

from sync.couch.replicator.documents import Documents
from sync.couch.replicator.endpoint import Endpoint
from sync.couch.replicator.job import Tls
from sync.couch.replicator.running import Replications


class Replicator:
    """``node``: the server's id; ``exists``: whether there is a `_replicator` database; ``tls``:
    how it meets peers over https, made anew for each run of a replication."""

    def __init__(self, node: str, exists: Callable[[], bool], tls: Tls) -> None:
        self.replications = Replications(node, tls)
        self.place = Endpoint("http://127.0.0.1")
        self._exists = exists
        self.documents = Documents(self.replications, self.place, exists)
        self._following: asyncio.Task[None] | None = None

    def start(self, port: int, name: str, password: str) -> None:
        """Begin to follow; ``port`` is where this server listens, for what it asks of itself."""
        token = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
        self.place = Endpoint(f"http://127.0.0.1:{port}", {"Authorization": f"Basic {token}"})
        self.documents = Documents(self.replications, self.place, self._exists)
        self._following = asyncio.create_task(self.documents.follow())

    async def close(self) -> None:
        """Stop all that runs, the checkpoints being where they are."""
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        await self.replications.close()
