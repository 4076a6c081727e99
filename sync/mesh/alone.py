"""What the mesh does for a node that belongs to no estate: its own housekeeping, until it joins."""

import asyncio
from pathlib import Path
from typing import Final

from sync.clock import follow
from sync.mesh.here import Here
from sync.mesh.housekeeping import Housekeeping
from sync.mesh.reading import Reading
from sync.mesh.settings import Settings
from sync.time import kept
from sync.time.estate import EstateClock

LOOK: Final = 2.0
"""Seconds between two looks whether the node has joined."""


async def wait(settings: Settings, ended: asyncio.Event) -> None:
    """Keep house until the process is told to end, or the node has an identity."""
    clock = EstateClock(settings.data / kept.NAME)
    follow(clock.now)
    here = Here(settings.node, "landlord", settings.residence or "")
    house = Housekeeping(settings, here, clock, lambda document: False, None)
    parts = (house.look(), house.sweep(), Reading(settings, clock).run())
    work = [asyncio.create_task(part) for part in parts]
    while not ended.is_set() and not _belongs(settings.data):
        clock.keep()
        try:
            async with asyncio.timeout(LOOK):
                await ended.wait()
        except TimeoutError:
            continue
    for each in work:
        each.cancel()
    await asyncio.gather(*work, return_exceptions=True)


def _belongs(data: Path) -> bool:
    return (data / "identity" / "chain.pem").exists()
