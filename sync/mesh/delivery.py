"""How far what is written here has come: departures, and receipts of what has arrived.

An item has left when a peer's checkpoint is past it; it has reached whom it is for when a machine
of theirs says so in a receipt. Both are facts, written once.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any, Final

from sync.clock import stamp
from sync.documents import KINDS
from sync.documents.departure import departed
from sync.documents.kind import Document
from sync.documents.photo import PHOTO
from sync.documents.report import EVENT, RECEIPT, REPORT, acknowledge, household_of, key_of
from sync.mesh.identity.claims import Role
from sync.mesh.local import Local, number

log = logging.getLogger(__name__)

ITEMS: Final = {"private": (REPORT.name, EVENT.name), "private-media": (PHOTO.name,)}
"""What is on its way to someone, and told how far it has come: words, and photos apart."""

LASTING: Final = ("_id", "_rev", "kind", "v", "from")
"""What a tombstone keeps, so that it passes every selector its document passed."""

KEPT: Final = "_local/delivery"
RESIDENTS_SAY: Final = frozenset({"reopened", "closed"})


class Delivery:
    """Of one database ``db`` of the node ``origin`` ("n-3f2a91c0.8d41"), which is a ``role``.

    ``ours``: whether a household is one that this machine stands for: its own residence's on a
    kiosk, its own on a home.
    """

    def __init__(
        self,
        local: Local,
        db: str,
        origin: str,
        role: Role,
        ours: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime],
    ) -> None:
        self._local, self._db, self._origin, self._role = local, db, origin, role
        self._ours, self._now = ours, now
        self._node = origin.partition(".")[0]
        self._since = "0"
        self._waiting: dict[str, int] = {}
        self._reached: dict[str, int] = {}

    @property
    def waiting(self) -> Collection[str]:
        """Items written here that no peer has yet."""
        return self._waiting.keys()

    async def follow(self) -> None:
        """Follow what is written for people, for ever."""
        await self._remember()
        kinds = {"kind": {"$in": [*ITEMS[self._db], RECEIPT.name]}}
        async for position, seq, document in self._local.follow(self._db, self._since, kinds):
            if document.get("kind") == RECEIPT.name:
                await self._tidy(document["_id"])
            else:
                await self._take(position, document)
            self._since = seq
            await self._keep()

    async def passed(self, peer: str, seq: object) -> None:
        """A checkpoint of ``peer`` says that it has all of the database up to ``seq``."""
        position = number(seq)
        if position <= self._reached.get(peer, 0):
            return
        self._reached[peer] = position
        gone = [item for item, at in self._waiting.items() if at <= position]
        for item in gone:
            note = departed(item, at=stamp(self._now()), peer=peer)
            if await self._write("node", note):
                del self._waiting[item]
        if gone:
            await self._keep()

    async def _take(self, position: int, document: Document) -> None:
        if not _is_sound(document):
            return
        if document["from"].partition(".")[0] == self._node:
            await self._sent(position, document["_id"])
        if await self._is_for_us(document):
            await self._acknowledge(document)

    async def _sent(self, position: int, item: str) -> None:
        past = [peer for peer, at in self._reached.items() if at >= position]
        if past:
            await self._write("node", departed(item, at=stamp(self._now()), peer=past[0]))
        else:
            self._waiting[item] = position

    async def _is_for_us(self, document: Document) -> bool:
        """Whether this machine is one of those whom an item is for."""
        if document["kind"] == PHOTO.name and not document.get("_attachments"):
            return False
        reports = (REPORT.name, PHOTO.name)
        to_landlord = document["kind"] in reports or document.get("state") in RESIDENTS_SAY
        if to_landlord or self._role == "landlord":
            return to_landlord and self._role == "landlord"
        return await self._ours(household_of(document["_id"]))

    async def _acknowledge(self, document: Document) -> None:
        receipt = acknowledge(
            document["_id"], "reached", at=stamp(self._now()), origin=self._origin
        )
        await self._write("private", receipt)

    async def _tidy(self, receipt: str) -> None:
        """Of a receipt that this node wrote twice, the earlier counts: the other is deleted.

        A node that was lost and is filled anew acknowledges what comes before its own receipt of
        before does. No other node writes under its name, so that there is no storm.
        """
        if key_of(receipt).rpartition(".")[2] != self._node:
            return
        status, rows = await self._local.ask("GET", f"/{self._db}/{receipt}?open_revs=all")
        leaves = [row["ok"] for row in rows if "ok" in row] if status == 200 else []
        standing = sorted(filter(_is_sound, leaves), key=lambda leaf: (leaf["at"], leaf["_rev"]))
        for later in standing[1:]:
            kept = {name: later[name] for name in LASTING if name in later}
            gone = {**kept, "_deleted": True}
            await self._local.ask("PUT", f"/{self._db}/{receipt}", gone)

    async def _write(self, db: str, document: Document) -> bool:
        """Write what has its own id; standing there already is as good."""
        status, found = await self._local.ask("PUT", f"/{db}/{document['_id']}", document)
        if status >= 400 and status != 409:
            log.warning("%s is not written: %s", document["_id"], found)
        return status < 400 or status == 409

    async def _remember(self) -> None:
        status, found = await self._local.ask("GET", f"/{self._db}/{KEPT}")
        if status == 200 and isinstance(found.get("waiting"), dict):
            self._since = str(found.get("since", "0"))
            self._waiting = {str(item): int(at) for item, at in found["waiting"].items()}

    async def _keep(self) -> None:
        """Remember how far this has come; a crash in between only reads a little twice."""
        told: dict[str, Any] = {"since": self._since, "waiting": self._waiting}
        status, found = await self._local.ask("GET", f"/{self._db}/{KEPT}")
        if status == 200:
            told["_rev"] = found["_rev"]
        await self._local.ask("PUT", f"/{self._db}/{KEPT}", told)


def _is_sound(document: Any) -> bool:
    kind = KINDS.get(str(document.get("kind")))
    return kind is not None and not document.get("_deleted") and kind.is_valid(document)
