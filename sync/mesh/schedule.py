"""Which replications there should be now, and how they go."""

import asyncio
import logging
import re
from typing import Any, Final

from sync.mesh.gateway.gateway import Gateway
from sync.mesh.identity.identity import Identity
from sync.mesh.link import Link
from sync.mesh.links import Links
from sync.mesh.replications import PREFIX, Line, Replications, between_halls, from_home
from sync.mesh.topology import drives, kiosks_of, partners

log = logging.getLogger(__name__)

JOB: Final = PREFIX + "(?P<node>.+)-(?P<kind>urgent|words|media)-(?P<db>.+)-(?P<way>pull|push)"
"""The id of a document that asks for a replication (:meth:`Line.id`)."""

LOOK: Final = 2.0
"""Seconds between two looks at who is there, when nothing calls for one sooner."""

AGAIN: Final = 30.0
"""Seconds after which the documents are compared anyway: somebody may have touched them."""


class Schedule:
    """Keeps the replications of a node in line with its links."""

    def __init__(
        self, identity: Identity, links: Links, gateway: Gateway, replications: Replications
    ) -> None:
        self._identity, self._links, self._gateway = identity, links, gateway
        self._replications = replications
        self._soon = asyncio.Event()
        self._begun = asyncio.get_running_loop().time()
        self._fed: dict[str, float] = {}

    def soon(self) -> None:
        """Something has changed: look at once."""
        self._soon.set()

    async def run(self) -> None:
        """Keep them, for ever."""
        standing: dict[str, list[Line]] | None = None
        compared = 0.0
        loop = asyncio.get_running_loop()
        while True:
            wanted = self._wanted(loop.time())
            if wanted != standing or loop.time() - compared > AGAIN:
                await self._replications.keep(wanted)
                standing, compared = wanted, loop.time()
            self._soon.clear()
            try:
                async with asyncio.timeout(LOOK):
                    await self._soon.wait()
            except TimeoutError:
                continue

    async def progress(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        """Of each replication: peer, database, way, and what `_scheduler` tells of it."""
        found = []
        for job in await self._replications.jobs():
            named = re.fullmatch(JOB, str(job["doc_id"]))
            if named and named["kind"] != "urgent":
                node, db, way = named["node"], named["db"], named["way"]
                found.append((node, db, way, job.get("info") or {}))
        return found

    async def waiting(self, items: int) -> dict[str, int]:
        """Documents that have still to go to some peer, by class; at least the ``items`` known."""
        counted = {"urgent": 0, "words": 0, "media": 0}
        for job in await self._replications.jobs():
            named = re.fullmatch(JOB, str(job["doc_id"]))
            pending = (job.get("info") or {}).get("changes_pending")
            if named and named["way"] == "push" and isinstance(pending, int):
                counted[named["kind"]] = max(counted[named["kind"]], pending)
        counted["words"] = max(counted["words"], items)
        return counted

    def _wanted(self, at: float) -> dict[str, list[Line]]:
        met = {link.node: link for link in self._links.all() if link.peer is not None}
        halls = [node for node, link in met.items() if _role(link) != "home"]
        own = self._identity.node
        if own.role == "home":
            kiosks = [node for node in halls if _role(met[node]) == "kiosk"]
            reached = [node for node in halls if met[node].reachable]
            chosen = kiosks_of(own.node, kiosks, reached) & set(reached)
            return {node: from_home(own.node, own.households) for node in sorted(chosen)}
        linked = partners(own.node, {own.node, *halls})
        return {
            node: between_halls(own.role, _role(met[node]))
            for node in sorted(linked)
            if met[node].reachable and self._is_ours(met[node], at)
        }

    def _is_ours(self, link: Link, at: float) -> bool:
        """Whether we ask for the replications with a hall that we reach."""
        if self._gateway.limits.feeds(link.node):
            self._fed[link.node] = at
        own, since = self._identity.node.node, at - self._begun
        theirs = at - self._fed.get(link.node, self._begun)
        return drives(own, link.node, theirs, since, link.visits)


def _role(link: Link) -> Any:
    assert link.peer is not None
    return link.peer.role
