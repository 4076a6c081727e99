"""What a peer may read: known from its role and from ids alone, without any document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sync.mesh.errors import not_found
from sync.mesh.gateway.calls import DATABASES, ID
from sync.mesh.identity.chain import Peer

RANGED: Final = frozenset({"private", "private-media"})
"""Of these a home sees its households' ranges alone."""

HOMES: Final = RANGED | {"estate", "estate-media"}
"""What a home has at all: names live in `accounts`, which stays in halls."""

NOTHING: Final[Mapping[str, Any]] = {"_id": {"$lt": ""}}


@dataclass(frozen=True)
class Rights:
    """What one peer may read of one database. ``households`` is None where it may read all."""

    db: str
    households: tuple[str, ...] | None

    def may_read(self, id: str) -> bool:
        """Whether the peer may have the document with this id."""
        if not ID.fullmatch(id):
            return False
        return self.households is None or id.partition(":")[0] in self.households

    def selector(self, asked: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """The selector for a feed: the peer's own ranges and what it asks for; None is all.

        "h1:" to "h1;": the character after ":" ends the range (design, section 3, rule 2).
        """
        if self.households is None:
            return asked
        ranges = [{"_id": {"$gte": f"{h}:", "$lt": f"{h};"}} for h in self.households]
        mine = _any(ranges)
        return {"$and": [mine, asked]} if asked else mine


def _any(ranges: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not ranges:
        return NOTHING
    return ranges[0] if len(ranges) == 1 else {"$or": list(ranges)}


def rights(peer: Peer, db: str) -> Rights:
    """The rights of ``peer`` on ``db``. Raises Refusal 404 where it has none."""
    if peer.role != "home":
        if db not in DATABASES:
            raise not_found()
        return Rights(db, None)
    if db not in HOMES:
        raise not_found()
    return Rights(db, peer.households if db in RANGED else None)
