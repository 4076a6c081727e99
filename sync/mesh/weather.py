"""What a node tells of how it is: to its own pages at once, to the others every half minute."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sync import internet
from sync.clock import stamp
from sync.documents.kind import Document
from sync.documents.merge import canonical
from sync.documents.node import NODE
from sync.documents.reach import HERE, REACH
from sync.mesh.identity.claims import Role
from sync.mesh.link import Link
from sync.mesh.local import Local
from sync.mesh.settings import Settings

log = logging.getLogger(__name__)

EVERY: Final = 30.0
"""Seconds between two words of this node to all: one document a node, at most so often."""

STATUS_REVS: Final = 10
"""Revisions of `status` that are remembered: there are 2,880 of each document a day."""


class Weather:
    """Writes `reach:here` and this node's document in `status`."""

    def __init__(
        self, local: Local, settings: Settings, role: Role, now: Callable[[], datetime]
    ) -> None:
        self._local, self._settings, self._role, self._now = local, settings, role, now
        self._since: dict[str, tuple[bool, str]] = {}
        self._told = ""

    async def prepare(self) -> None:
        """See that `status` does not grow without end."""
        await self._local.ask("PUT", "/status/_revs_limit", STATUS_REVS)

    async def here(self, links: Sequence[Link], waiting: dict[str, int]) -> None:
        """Tell this node's pages how far it reaches, if that has changed."""
        told = self._reach(links, waiting)
        text = canonical(told)
        if text == self._told:
            return
        document = REACH.new(HERE, at=stamp(self._now()), **told)
        if await self._write("node", document):
            self._told = text

    async def all(
        self,
        links: Sequence[Link],
        waiting: dict[str, int],
        counted: dict[str, int],
        clock: dict[str, bool | float],
    ) -> None:
        """Tell the others how this node is."""
        document = NODE.new(
            self._settings.node,
            at=stamp(self._now()),
            origin=self._settings.origin,
            name=self._settings.called[:80] or self._settings.node,
            role=self._role,
            version=self._settings.release,
            disk=shutil.disk_usage(self._settings.data).free,
            clock=clock,
            peers=[_peer(link) for link in _known(links)],
            waiting=waiting,
            refused=counted["refused"],
            merged=counted["merged"],
        )
        await self._write("status", document)

    def _reach(self, links: Sequence[Link], waiting: dict[str, int]) -> dict[str, Any]:
        halls = [link for link in _known(links) if link.peer and link.peer.role != "home"]
        landlords = [link for link in halls if link.peer and link.peer.role == "landlord"]
        told: dict[str, Any] = {"waiting": waiting, "peers": [_peer(link) for link in halls]}
        out = internet.known(self._settings.data / internet.NAME, self._now())
        if out:
            told["internet"] = {"up": out[0], "since": out[1]}
        if landlords or self._role == "landlord":
            up = self._role == "landlord" or any(link.reached for link in landlords)
            told["landlord"] = self._fact("landlord", up)
        if halls:
            told["alone"] = self._fact("alone", not any(link.reached for link in halls))
        due = [link.due for link in halls if not link.reached]
        if due:
            left = max(0.0, min(due) - asyncio.get_running_loop().time())
            told["next"] = stamp(_rounded(self._now() + timedelta(seconds=left)))
        return told

    def _fact(self, name: str, up: bool) -> dict[str, Any]:
        """Something with since when it is so."""
        known = self._since.get(name)
        if known is None or known[0] != up:
            known = self._since[name] = (up, stamp(self._now()))
        return {"up": up, "since": known[1]}

    async def _write(self, db: str, document: Document) -> bool:
        path = f"/{db}/{document['_id']}"
        status, standing = await self._local.ask("GET", path)
        revision = {"_rev": standing["_rev"]} if status == 200 else {}
        status, found = await self._local.ask("PUT", path, {**document, **revision})
        if status >= 400:
            log.warning("%s is not written: %s", document["_id"], found)
        return status < 400


def _known(links: Sequence[Link]) -> Iterable[Link]:
    return (link for link in links if link.peer is not None)


def _peer(link: Link) -> dict[str, Any]:
    assert link.peer is not None
    assert link.since is not None
    return {
        "id": link.node,
        "name": link.peer.name[:80] or link.node,
        "role": link.peer.role,
        "state": "reachable" if link.reached else link.state,
        "since": stamp(link.since),
        "why": "" if link.reached else link.why,
    }


def _rounded(at: datetime) -> datetime:
    """To five seconds: a page counts down, and is not written to for less."""
    return at.replace(microsecond=0) - timedelta(seconds=at.second % 5)
