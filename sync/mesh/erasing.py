"""Carrying out a person's erasure on one node, and counting the halls that have.

The erasure itself stays in ``estate``: a node restored from an older backup has another
incarnation, finds none of its own words that it is done, and does it again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sync import upkeep
from sync.database import Database
from sync.documents import sound
from sync.documents.erasure import ERASED, goes_along, named
from sync.documents.kind import Document
from sync.documents.report import household_of, key_of
from sync.errors import Invalid
from sync.mesh.retention import HOUSEHOLDS
from sync.mesh.survey import Verify, erasures
from sync.upkeep import Row

SEARCHED: Final = ("estate", "estate-media", *HOUSEHOLDS, "accounts", "usage", "node")
"""Where something by, to or about a person may lie; ``node`` has their sessions and drafts."""


def execute(
    database: Database, erasure: Document, verify: Verify, *, at: str, origin: str
) -> Counter[str]:
    """Purge all that an erasure is about, overwrite it on disk, and write that it is done.

    Returns how many documents went from each database. Whole or begun again: until it is done,
    :func:`pending` names it. Raises :class:`sync.errors.Invalid` unless the landlord has signed it.
    """
    if not verify(erasure):
        raise Invalid(str(erasure.get("kind")), {"/signed": "not by the landlord"})
    went: Counter[str] = Counter()
    gone: set[tuple[str, str]] = set()
    for db in SEARCHED:
        for page in upkeep.rows(database, db):
            ids = list(_about(database, db, page, erasure))
            went[db] += upkeep.forget(database, db, ids)
            gone.update((household_of(id), key_of(id)) for id in ids if db in HOUSEHOLDS)
    for db in HOUSEHOLDS:
        went[db] += _follow(database, db, gone)
    for db in SEARCHED:
        upkeep.compact(database, db)  # also where nothing went now: it may have the time before
    _acknowledge(database, erasure, at, origin)
    return went


def _about(database: Database, db: str, page: Sequence[Row], erasure: Document) -> Iterator[str]:
    """The ids of a page of which any leaf is by, to or about the person, or goes with them."""
    several = [row.id for row in page if row.leaves > 1]
    others = {
        id: each
        for batch in upkeep.batches(several)
        for id, each in upkeep.leaves(database, db, batch).items()
    }
    for row in page:
        for leaf in [row.winner, *others.get(row.id, [])]:
            if erasure["person"] in named(leaf) or goes_along(leaf, erasure):
                yield row.id
                break


def _follow(database: Database, db: str, gone: set[tuple[str, str]]) -> int:
    """Purge what belongs to what went: answers to it, receipts, photos. How many."""
    purged = 0
    for household in sorted({household for household, _ in gone}):
        for page in upkeep.walk(database, db, f"{household}:", f"{household};"):
            ids = [document["_id"] for document in page if not gone.isdisjoint(_owners(document))]
            purged += upkeep.forget(database, db, ids)
    return purged


def _owners(document: Document) -> Iterator[tuple[str, str]]:
    """What a document may belong to: its key goes on from theirs after a dot."""
    household, parts = household_of(document["_id"]), key_of(document["_id"]).split(".")
    return ((household, ".".join(parts[:count])) for count in range(1, len(parts)))


def _acknowledge(database: Database, erasure: Document, at: str, origin: str) -> None:
    node = origin.partition(".")[0]
    person = erasure["person"]
    said = ERASED.new(f"{person}.{node}", at=at, origin=origin, person=person, asked=erasure["at"])
    standing = database.get(ERASED.database, said["_id"])
    database.put(ERASED.database, {**said, "_rev": standing["_rev"]} if standing else said)


def pending(database: Database, verify: Verify, origin: str) -> list[Document]:
    """The erasures that this node, in this incarnation, has still to carry out."""
    asked = list(erasures(database, verify))
    node = origin.partition(".")[0]
    words = database.many("status", [ERASED.id(f"{e['person']}.{node}") for e in asked])
    return [
        erasure
        for erasure, word in zip(asked, words, strict=True)
        if not (word and word.get("from") == origin and word.get("asked") == erasure["at"])
    ]


def share(database: Database, verify: Verify, node: str) -> tuple[int, int]:
    """How many of the erasures that were signed a node says it has carried out, and of how many."""
    asked = {erasure["person"]: erasure["at"] for erasure in erasures(database, verify)}
    words = database.many("status", [ERASED.id(f"{person}.{node}") for person in asked])
    said = [w for w in sound(filter(None, words)) if _node_of(w) == node]
    return sum(asked.get(word["person"]) == word["asked"] for word in said), len(asked)


def progress(database: Database, person: str) -> tuple[int, int]:
    """In how many halls a person is erased, and of how many: "erased in 7 of 8 halls".

    A node that was revoked is asked for nothing any more; a home's word is none of a hall's.
    """
    start = ERASED.id(person)
    words = sound(database.range("status", f"{start}.", f"{start}/"))
    done = {node for word in words if (node := _node_of(word))}
    halls = set(_halls(database))
    return len(done & halls), len(halls)


def _node_of(word: Document) -> str:
    """The node whose word it is; "" when it speaks for another than it comes from."""
    node = key_of(word["_id"]).partition(".")[2]
    return node if str(word["from"]).startswith(f"{node}.") else ""


def _halls(database: Database) -> Iterable[str]:
    """The kiosks and landlord's nodes of the estate that are not revoked."""
    nodes = database.range("status", "node:", "node;")
    lost = database.range("estate", "revocation:", "revocation;")
    revoked = {str(fact.get("node")) for fact in lost}
    named = {key_of(node["_id"]) for node in nodes if node.get("role") in ("kiosk", "landlord")}
    return named - revoked
