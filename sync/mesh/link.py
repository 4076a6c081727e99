"""One other node, as this one knows it."""

import socket
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from aiohttp import ClientSession

from sync.mesh.address import Address
from sync.mesh.identity.chain import Peer
from sync.mesh.reasons import Why

State = Literal["reachable", "seen", "unseen"]


@dataclass
class Link:
    """One node: who it is, where it may be, how it stands with it.

    ``trip``: seconds for a question and its answer. ``visits``: it is connected to our gateway.
    """

    node: str
    session: ClientSession
    media: ClientSession
    sockets: list[socket.socket]
    peer: Peer | None = None
    addresses: dict[Address, float] = field(default_factory=dict)
    address: Address | None = None
    state: State = "unseen"
    why: Why = "off"
    since: datetime | None = None
    failures: int = 0
    due: float = 0.0
    trip: float = 0.0
    version: str = ""
    visits: bool = False

    @property
    def reachable(self) -> bool:
        """Whether it answers us."""
        return self.state == "reachable"

    @property
    def reached(self) -> bool:
        """Whether documents pass, whoever of the two it is that can connect."""
        return self.reachable or self.visits


class Way(NamedTuple):
    """How to ask a node: ``media`` has one connection alone, whose ``socket`` tells of the line."""

    url: str
    session: ClientSession
    media: ClientSession
    socket: socket.socket | None
