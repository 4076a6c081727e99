"""The `mesh` process of a node: one event loop, in which everything between nodes happens."""

import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack

from sync.mesh import alone
from sync.mesh.errors import Renewal
from sync.mesh.identity import identity as identities
from sync.mesh.identity.identity import Identity
from sync.mesh.settings import Settings

log = logging.getLogger(__name__)


def run(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; 3 when a port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    identity = identities.read(settings.data)
    code = 0
    try:
        asyncio.run(_run(settings, identity))
    except* Renewal:
        log.info("and the supervisor starts it again")
    except* OSError as group:
        print(f"mesh: {group.exceptions[0]}", file=sys.stderr)
        code = 3
    return code


async def _run(settings: Settings, identity: Identity | None) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    if identity is None:
        await alone.wait(settings, ended)
        return 0
    from sync.mesh.node import Node  # a machine on its own needs none of it, and has little room
    from sync.mesh.tls import spare

    spare()
    async with AsyncExitStack() as stack:
        mesh = Node(settings, identity)
        stack.push_async_callback(mesh.close)
        work = asyncio.create_task(mesh.work())
        waited = asyncio.create_task(ended.wait())
        await asyncio.wait({work, waited}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return 0
