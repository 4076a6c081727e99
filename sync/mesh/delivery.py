"""How far what is written here has come: departures, and receipts of what has arrived.

An item has left when a peer's checkpoint is past it; it has reached whom it is for when a machine
of theirs says so in a receipt. Both are facts, written once.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sync.clock import stamp
from sync.documents import KINDS
from sync.documents.departure import departed
from sync.documents.kind import Document
from sync.documents.photo import PHOTO
from sync.documents.report import EVENT, RECEIPT, REPORT, acknowledge, household_of, key_of
from sync.mesh.identity.claims import Role
from sync.mesh.local import Change, Local, number

log = logging.getLogger(__name__)

ITEMS: Final = {"private": (REPORT.name, EVENT.name), "private-media": (PHOTO.name,)}
"""What is on its way to someone, and told how far it has come: words, and photos apart."""

LASTING: Final = ("_id", "_rev", "kind", "v", "from")
"""What a tombstone keeps, so that it passes every selector its document passed."""

KEPT: Final = "_local/delivery"
TOGETHER: Final = 500
"""Facts written in one go, at most."""

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
        async for changes in self._local.follow(self._db, self._since, kinds):
            await self._take(changes)
            self._since = changes[-1].seq
            await self._keep()

    async def passed(self, peer: str, seq: object) -> None:
        """A checkpoint of ``peer`` says that it has all of the database up to ``seq``."""
        position = number(seq)
        if position <= self._reached.get(peer, 0):
            return
        self._reached[peer] = position
        gone = [item for item, at in self._waiting.items() if at <= position]
        for some in _parts(gone):
            if await self._write("node", [self._departed(item, peer) for item in some]):
                for item in some:
                    self._waiting.pop(item, None)
        if gone:
            await self._keep()

    async def _take(self, changes: Sequence[Change]) -> None:
        sound = [change for change in changes if _is_sound(change.document)]
        for change in sound:
            if change.document["kind"] == RECEIPT.name:
                await self._tidy(change.document["_id"])
        sound = [change for change in sound if change.document["kind"] != RECEIPT.name]
        left: list[Document] = []
        for position, _, document in sound:
            if document["from"].partition(".")[0] == self._node:
                left += self._sent(position, document["_id"])
        await self._write("node", left)
        ours = [change.document for change in sound if await self._is_for_us(change.document)]
        await self._write("private", [self._acknowledged(document) for document in ours])

    def _sent(self, position: int, item: str) -> list[Document]:
        """The departure of an item that is with a peer already; else it waits for one."""
        past = [peer for peer, at in self._reached.items() if at >= position]
        if not past:
            self._waiting[item] = position
        return [self._departed(item, peer) for peer in past[:1]]

    def _departed(self, item: str, peer: str) -> Document:
        return departed(item, at=stamp(self._now()), peer=peer)

    async def _is_for_us(self, document: Document) -> bool:
        """Whether this machine is one of those whom an item is for."""
        if document["kind"] == PHOTO.name and not document.get("_attachments"):
            return False
        reports = (REPORT.name, PHOTO.name)
        to_landlord = document["kind"] in reports or document.get("state") in RESIDENTS_SAY
        if to_landlord or self._role == "landlord":
            return to_landlord and self._role == "landlord"
        return await self._ours(household_of(document["_id"]))

    def _acknowledged(self, document: Document) -> Document:
        at = stamp(self._now())
        return acknowledge(document["_id"], "reached", at=at, origin=self._origin)

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

    async def _write(self, db: str, documents: Sequence[Document]) -> bool:
        """Write what has its own id, and say whether it stands there; as before is as good."""
        if not documents:
            return True
        status, rows = await self._local.ask("POST", f"/{db}/_bulk_docs", {"docs": documents})
        failed = [rows] if status >= 400 else [row for row in rows if _has_failed(row)]
        for row in failed:
            log.warning("not written to %s: %s", db, row)
        return not failed

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


def _parts(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + TOGETHER] for start in range(0, len(items), TOGETHER))


def _has_failed(row: Any) -> bool:
    return row.get("error") not in (None, "conflict")


def _is_sound(document: Any) -> bool:
    kind = KINDS.get(str(document.get("kind")))
    return kind is not None and not document.get("_deleted") and kind.is_valid(document)
