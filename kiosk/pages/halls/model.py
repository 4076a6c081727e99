"""Every machine of the estate as it was last heard, the one that needs somebody first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.clock import instant
from sync.database import Database
from sync.documents import sound
from sync.documents.kind import Document
from sync.documents.node import NODE
from sync.reach import Reach

SILENT: Final = timedelta(minutes=2)
"""A machine says how it is every half minute; four times unheard is no accident."""

LOW: Final = 2 * 10**9
"""Bytes free below which a disk is nearly full: a week of photos."""

APART: Final = 60.0
"""Seconds by which a clock may differ from its peers'."""

TROUBLES: Final = ("unheard", "silent", "disk", "apart", "clock", "refused")
"""The worst first."""

SHOWN: Final = ("kiosk", "landlord")
"""Machines that say how they are; what a home computer does is nobody's business."""


@dataclass(frozen=True)
class Hall:
    """A machine: ``said``: how it is, in its own words, None where it was never heard.

    ``peer``: how the machine that asks reaches it, as :data:`sync.documents.node.PEERS` has it;
    None for itself, and where no mesh says it. ``troubles``: some of :data:`TROUBLES`, worst first.
    """

    id: str
    name: str
    role: str
    said: Document | None
    peer: Document | None
    troubles: tuple[str, ...]

    @property
    def heard(self) -> datetime | None:
        """When it was last heard."""
        return instant(self.said["at"]) if self.said else None

    @property
    def peers(self) -> Sequence[Document]:
        """What it says of the machines it knows, those it does not reach first."""
        known = self.said.get("peers", []) if self.said else []
        return sorted(known, key=lambda p: (p["state"] == "reachable", p["role"], p["name"]))

    @property
    def missing(self) -> Sequence[Document]:
        """The halls and landlord's machines that it says it does not reach."""
        return [p for p in self.peers if p["role"] in SHOWN and p["state"] != "reachable"]


def halls(database: Database, reach: Reach | None, now: datetime) -> list[Hall]:
    """Every hall and landlord's machine that was heard, or that one of them knows."""
    found = sound(database.range(NODE.database, f"{NODE.name}:", f"{NODE.name};"), now)
    said = {d["_id"].partition(":")[2]: d for d in found if d["role"] in SHOWN}
    known = {**_named(said.values(), reach), **said}
    machines = (hall(id, who, said.get(id), reach, now) for id, who in known.items())
    return sorted(machines, key=lambda h: (_rank(h), h.role, h.name))


def _named(said: Iterable[Document], reach: Reach | None) -> Mapping[str, Document]:
    """Those that others know, by id."""
    peers = [peer for document in said for peer in document.get("peers", [])]
    peers += reach.peers if reach else ()
    return {peer["id"]: peer for peer in peers if peer["role"] in SHOWN}


def hall(id: str, who: Document, said: Document | None, reach: Reach | None, now: datetime) -> Hall:
    """One machine; ``who`` names it: its own document, or what a peer says of it."""
    peer = reach.peer(id) if reach else None
    plain = Hall(id, who["name"], who["role"], said, peer, ())
    found = _troubles(plain, now)
    return Hall(id, who["name"], who["role"], said, peer, found)


def _troubles(hall: Hall, now: datetime) -> tuple[str, ...]:
    said = hall.said
    if said is None or hall.heard is None:
        return ("unheard",)
    true = {
        "silent": now - hall.heard > SILENT,
        "disk": said["disk"] < LOW,
        "apart": bool(hall.missing),
        "clock": not said["clock"]["certain"] or abs(said["clock"]["ahead"]) > APART,
        "refused": said["refused"] > 0,
    }
    return tuple(trouble for trouble in TROUBLES if true.get(trouble))


def _rank(hall: Hall) -> int:
    return TROUBLES.index(hall.troubles[0]) if hall.troubles else len(TROUBLES)
