"""Who is linked with whom: computed alike by every node, from the ids it knows and nothing else."""

from collections.abc import Collection
from typing import Final

from sync.documents.key import natural

FULL: Final = 8
"""Halls up to which each is linked with all others."""

REACH: Final = 4
"""Beyond: links to those 1, 4, 16, … places further on the ring of ids, both ways round. From any
hall to any other it is then a few steps, and a hall that fails cuts nobody off."""

KIOSKS_OF_A_HOME: Final = 3


def partners(own: str, halls: Collection[str]) -> frozenset[str]:
    """The halls (the landlord's offices too) that ``own``, one of them, is linked with."""
    others = frozenset(halls) - {own}
    if len(others) < FULL:
        return others
    ring = sorted({own, *others})
    at, size = ring.index(own), len(ring)
    steps, step = [], 1
    while step <= size // 2:
        steps.append(step)
        step *= REACH
    return frozenset(ring[(at + way * step) % size] for step in steps for way in (1, -1)) - {own}


def kiosks_of(home: str, kiosks: Collection[str], reachable: Collection[str]) -> frozenset[str]:
    """The halls a home is linked with: at most three, spread over the halls, those that answer
    before those that do not."""
    ordered = sorted(kiosks, key=lambda node: (node not in reachable, natural(home, node)))
    return frozenset(ordered[:KIOSKS_OF_A_HOME])


def drives(own: str, peer: str, theirs: float, since: float, comes: bool = True) -> bool:
    """Whether ``own`` asks for the replications with ``peer``, both of them halls it can reach.

    The smaller id does; the other only when it does not: ``theirs`` is how long ago, in seconds,
    a feed of the peer was last open here, ``since`` how long it could have been. ``comes``: the
    peer is connected to us: one that is not can hardly drive.
    """
    return own < peer or min(theirs, since) > (TAKES_OVER if comes else STEPS_IN)


STEPS_IN: Final = 5.0
"""The same where the other does not even connect, as when only we know where it is."""

TAKES_OVER: Final = 20.0
"""Seconds without a feed of the one who should drive, after which the other does."""
