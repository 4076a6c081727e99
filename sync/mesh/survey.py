"""What the estate's documents say of which households are whose, who moved out, who is erased."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from sync.clock import instant, midnight
from sync.database import Database
from sync.documents import sound
from sync.documents.account import HOUSEHOLD
from sync.documents.erasure import ERASURE, MOVEOUT
from sync.documents.kind import Document, Kind
from sync.mesh.here import Here

Verify = Callable[[Document], bool]
"""Whether a document is signed by the landlord (:mod:`sync.mesh.identity.signing`)."""


def survey(database: Database, here: Here, verify: Verify, at: datetime) -> Here:
    """``here`` with what is known at ``at``: residences, move-outs that have come, erasures."""
    homes = {
        document["_id"].partition(":")[2]: document["residence"]
        for document in sound(_range(database, HOUSEHOLD))
    }
    moved: dict[str, datetime] = {}
    left: dict[tuple[str, str], datetime] = {}
    for fact in filter(verify, sound(_range(database, MOVEOUT))):
        day = midnight(date.fromisoformat(fact["day"]))
        if day <= at:
            household = fact["household"]
            moved[household] = max(day, moved.get(household, day))
            for who in ((household, person) for person in fact.get("people", [])):
                left[who] = max(day, left.get(who, day))
    gone = list(erasures(database, verify))
    for fact in gone:
        if fact.get("whole"):  # nobody of them is left behind that door
            household, day = fact["household"], instant(fact["at"])
            moved[household] = max(day, moved.get(household, day))
    erased = frozenset(fact["person"] for fact in gone)
    return replace(here, homes=homes, moved=moved, left=left, erased=erased)


def erasures(database: Database, verify: Verify) -> Iterator[Document]:
    """The erasures that the landlord has signed, and that are what their id says."""
    for fact in filter(verify, sound(_range(database, ERASURE))):
        if fact["_id"] == ERASURE.id(fact["person"]):
            yield fact


def _range(database: Database, kind: Kind) -> list[Document]:
    return database.range(kind.database, f"{kind.name}:", f"{kind.name};")
