"""The emergencies that count: signed by whom they need, withdrawn by whom they may be.

Every leaf is judged on its own, so that a false one hides no true one.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from sync import upkeep
from sync.database import Database
from sync.documents import sound
from sync.documents.kind import Document
from sync.documents.withdrawal import withdrawal_id
from sync.mesh.identity.revocation import revoked
from sync.mesh.identity.witness import Witness

Leaves = Mapping[str, Sequence[Document]]


class Alarm(NamedTuple):
    """An emergency that stands; ``within``: the residence it is held to, "" for the estate."""

    document: Document
    within: str = ""


def standing(database: Database, witness: Witness | None) -> list[Alarm]:
    """Those that nobody has withdrawn. Without a ``witness`` (no estate) each counts as it is."""
    found = database.range("estate", "emergency:", "emergency;")
    if witness is None:
        said = list(sound(found))
        gone = database.many("estate", [withdrawal_id(d["_id"]) for d in said])
        return [Alarm(d) for d, word in zip(said, gone, strict=True) if word is None]
    ids = [document["_id"] for document in found]
    if not ids or witness.root is None:
        return []
    lost = revoked(database.range("estate", "revocation:", "revocation;"), witness.root)
    words = upkeep.leaves(database, "estate", [*ids, *map(withdrawal_id, ids)])
    alarms = (_counting(words.get(id, ()), witness, lost) for id in ids)
    return [a for a in alarms if a and not _is_withdrawn(a, words, witness, lost)]


def _counting(leaves: Iterable[Document], witness: Witness, gone: Set[int]) -> Alarm | None:
    """What counts of an emergency's leaves: the landlord's own before a hall's."""
    found = [Alarm(d, by.residence) for d in sound(leaves) if (by := witness.author(d, gone))]
    return min(found, key=lambda alarm: (alarm.within != "", alarm.within), default=None)


def _is_withdrawn(alarm: Alarm, words: Leaves, witness: Witness, gone: Set[int]) -> bool:
    """By the landlord, or by a hall of the residence it is held to."""
    said = sound(words.get(withdrawal_id(alarm.document["_id"]), ()))
    by = [author for word in said if (author := witness.author(word, gone))]
    return any(author.residence in ("", alarm.within) for author in by)
