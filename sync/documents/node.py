"""How a machine of the estate is doing, as it says itself: read on one page in every hall."""

from datetime import datetime
from typing import Final

from sync.clock import later
from sync.documents.kind import (
    FLAG,
    STAMP,
    Document,
    Kind,
    Schema,
    listing,
    one_of,
    record,
    text,
    whole,
)
from sync.documents.merge import newest

MACHINES: Final = ("kiosk", "landlord", "home")
STATES: Final = ("reachable", "seen", "unseen")
REASONS: Final = ("", "off", "firewall", "estate", "certificate", "revoked", "clock", "address")
"""Why a peer that is not reachable is not; "" where that is not known, or it is."""

ID: Final = text(40, 1)
NAME: Final = text(80, 1)
MOST: Final = 2**53 - 1

PEERS: Final = listing(
    record(
        id=ID,
        name=NAME,
        role=one_of(MACHINES),
        state=one_of(STATES),
        since=STAMP,
        why=one_of(REASONS),
    ),
    200,
)
"""The machines it knows of, each with how it is reached and ``since`` when that is so."""

WAITING: Final[Schema] = record(urgent=whole(0, MOST), words=whole(0, MOST), media=whole(0, MOST))
"""Documents that have still to go to some peer, by the three classes of replication."""


def expires(document: Document) -> datetime | None:
    """180 days after it was last heard: a machine absent longer comes back as a new one."""
    return later(document["at"], days=180)


NODE: Final = Kind(
    name="node",
    database="status",
    fields={
        "name": NAME,
        "role": one_of(MACHINES),
        "version": text(40, 1),
        "disk": whole(0, MOST),
        "clock": record(certain=FLAG, ahead={"type": "number"}),
        "waiting": WAITING,
        "refused": whole(0, MOST),
        "merged": whole(0, MOST),
    },
    optional={"peers": PEERS},
    expires=expires,
    merge=newest,
)
"""The key is the machine's id. ``disk``: bytes free. ``clock``: whether its hour is ``certain``,
and by how many seconds it is ``ahead`` of its peers' (behind: below zero). ``refused``: documents
not let in; ``merged``: documents that two machines had written apart."""
