"""What one peer may ask for at once, so that it costs the others nothing."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sync.mesh.errors import Refusal
from sync.mesh.identity.chain import Peer

RATE: Final = {"home": 50.0, "kiosk": 400.0, "landlord": 400.0}
"""Requests a second that go on for ever …"""

BURST: Final = 20
"""… and so many seconds of them at once: a day's absence is caught up in a minute."""

FEEDS: Final = {"home": 12, "kiosk": 40, "landlord": 40}
"""Feeds open at once: a replication has one, and there are some sixteen to a peer."""

CHECKPOINTS: Final = 64
"""`_local` documents of one peer: two for each replication, and as many from before."""


@dataclass
class Allowance:
    """What one peer has left."""

    role: str
    tokens: float
    at: float
    feeds: int = 0
    checkpoints: set[tuple[str, str]] = field(default_factory=set)


class Limits:
    """The allowances of all peers, by node id."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Allowance] = {}
        self.turned_away: dict[str, int] = defaultdict(int)

    def take(self, peer: Peer) -> None:
        """Count one request. Raises Refusal 429 when there were too many."""
        known, rate = self._of(peer), RATE[peer.role]
        now = self._clock()
        known.tokens = min(rate * BURST, known.tokens + (now - known.at) * rate)
        known.at = now
        if known.tokens < 1:
            self.turned_away[peer.node] += 1
            raise Refusal(429, "too_many_requests", "wait a moment")
        known.tokens -= 1

    @contextmanager
    def feed(self, peer: Peer) -> Iterator[None]:
        """Hold one feed open. Raises Refusal 429 when too many are."""
        known = self._of(peer)
        if known.feeds >= FEEDS[peer.role]:
            self.turned_away[peer.node] += 1
            raise Refusal(429, "too_many_requests", "too many feeds are open")
        known.feeds += 1
        try:
            yield
        finally:
            known.feeds -= 1

    def checkpoint(self, peer: Peer, db: str, id: str) -> None:
        """Count a `_local` document. Raises Refusal 403 when the peer keeps too many."""
        known = self._of(peer).checkpoints
        known.add((db, id))
        if len(known) > CHECKPOINTS:
            known.discard((db, id))
            raise Refusal(403, "forbidden", "too many checkpoints")

    def feeds(self, node: str) -> int:
        """How many feeds a peer has open: whether it drives replications."""
        known = self._known.get(node)
        return known.feeds if known else 0

    def _of(self, peer: Peer) -> Allowance:
        known = self._known.get(peer.node)
        if known is None or known.role != peer.role:
            now = self._clock()
            known = Allowance(peer.role, RATE[peer.role] * BURST, now)
            self._known[peer.node] = known
        return known
