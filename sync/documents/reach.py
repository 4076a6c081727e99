"""How far this machine reaches, as its mesh last found it: known here alone, and goes nowhere."""

from typing import Final

from sync.documents.kind import FLAG, STAMP, Kind, record
from sync.documents.node import PEERS, WAITING

HERE: Final = "here"
"""The key of the one such document of a machine."""

FACT: Final = record(up=FLAG, since=STAMP)
"""Whether something is so (``up``), and since when it is, or is not."""

REACH: Final = Kind(
    name="reach",
    database="node",
    origin="either",
    fields={"waiting": WAITING},
    optional={"peers": PEERS, "internet": FACT, "landlord": FACT, "alone": FACT, "next": STAMP},
)
"""``internet``: there is a way out of the estate. ``landlord``: some machine of the landlord's is
reached, or is this one. ``alone``: not one other hall is reached, ``up`` saying that this is so.
Each may be missing: nobody can know, or there is no other to reach. ``next``: when what is not
reached is tried again."""
