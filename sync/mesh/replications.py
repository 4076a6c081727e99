"""The replications of a node, kept in line with its peers: documents of `_replicator`, no more.

Alike with the embedded database and Apache CouchDB. Their addresses are the egress's, which never
change: a peer that moves is not read again from the start.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sync.documents.merge import canonical
from sync.mesh.egress import USER
from sync.mesh.identity.claims import Role
from sync.mesh.local import Local

log = logging.getLogger(__name__)

Class = Literal["urgent", "words", "media"]
Way = Literal["pull", "push"]

URGENT_KINDS: Final = ("emergency", "erasure", "moveout", "revocation", "withdrawal")
"""What goes before all else."""

WORDS: Final = ("estate", "private", "accounts", "status")
MEDIA: Final = ("estate-media", "private-media")
PREFIX: Final = "mesh-"
CHECKPOINT: Final = 2000
"""Milliseconds between checkpoints: they tell what has left this hall."""

FRUGAL: Final = {"worker_processes": 1, "http_connections": 4, "retries_per_request": 3}
"""For CouchDB's own replicator, which would hold twenty connections for each."""


@dataclass(frozen=True)
class Line:
    """One replication with a peer: which class, which database, which way, which documents."""

    kind: Class
    db: str
    way: Way
    selector: Mapping[str, Any] | None = None

    def id(self, peer: str) -> str:
        """The document that asks for it."""
        return f"{PREFIX}{peer}-{self.kind}-{self.db}-{self.way}"


def range_of(prefix: str) -> dict[str, Any]:
    """The ids that begin with ``prefix`` and a colon."""
    return {"_id": {"$gte": f"{prefix}:", "$lt": f"{prefix};"}}


URGENT: Final = {"$or": [range_of(kind) for kind in URGENT_KINDS]}


def between_halls(mine: Role, theirs: Role) -> list[Line]:
    """The replications between two nodes that hold everything."""
    ways: tuple[Way, ...] = ("pull", "push")
    lines = [Line("urgent", "estate", way, URGENT) for way in ways]
    lines += [Line("words", db, way) for db in WORDS for way in ways]
    lines += [Line("media", db, way) for db in MEDIA for way in ways]
    if theirs == "landlord" and mine != "landlord":
        lines.append(Line("words", "usage", "push"))
    if mine == "landlord" and theirs != "landlord":
        lines.append(Line("words", "usage", "pull"))
    return lines


def from_home(node: str, households: Sequence[str]) -> list[Line]:
    """The replications that a home asks for: its own ranges, and what it has written itself."""
    own = {"$or": [range_of(household) for household in households]}
    written = {
        "$or": [
            {"from": {"$gte": f"{node}.", "$lt": f"{node}/"}},
            {"kind": "metoo", "household": {"$in": list(households)}},
            {"kind": "preference"},
        ]
    }
    mine = {"$and": [own, written]}
    return [
        Line("urgent", "estate", "pull", URGENT),
        Line("words", "estate", "pull"),
        Line("words", "estate", "push", written),
        Line("words", "private", "pull", own),
        Line("words", "private", "push", mine),
        Line("media", "estate-media", "pull"),
        Line("media", "private-media", "pull", own),
        Line("media", "private-media", "push", mine),
    ]


class Replications:
    """Writes and deletes `_replicator` documents so that they are those wanted."""

    def __init__(self, local: Local, egress: str, secret: str) -> None:
        self._local, self._egress = local, egress
        self._auth = {"basic": {"username": USER, "password": secret}}

    async def keep(self, wanted: Mapping[str, Sequence[Line]]) -> None:
        """Have exactly these replications, by peer, and leave others' documents alone."""
        documents = {
            line.id(peer): self._document(peer, line)
            for peer, lines in wanted.items()
            for line in lines
        }
        for standing in await self._standing():
            fresh = documents.pop(standing["_id"], None)
            if fresh is None:
                await self._delete(standing)
            elif not _same(standing, fresh):
                await self._delete(standing)
                documents[standing["_id"]] = fresh
        for id, document in documents.items():
            await self._put(id, document)

    async def jobs(self) -> list[dict[str, Any]]:
        """How each of them goes, as `_scheduler/docs` tells."""
        status, found = await self._local.ask("GET", "/_scheduler/docs?limit=2000")
        rows = found.get("docs", []) if status == 200 else []
        return [row for row in rows if str(row.get("doc_id", "")).startswith(PREFIX)]

    def _document(self, peer: str, line: Line) -> dict[str, Any]:
        headers = {"X-Residacoeur-Way": line.way}
        told = {"auth": self._auth, "headers": headers}
        peers, here = (
            {"url": f"{self._egress}/{side}/{peer}/{line.db}", **told} for side in ("peer", "here")
        )
        source, target = (peers, here) if line.way == "pull" else (here, peers)
        document = {
            "source": source,
            "target": target,
            "continuous": True,
            "checkpoint_interval": CHECKPOINT,
            **FRUGAL,
        }
        return document | ({"selector": dict(line.selector)} if line.selector else {})

    async def _standing(self) -> list[dict[str, Any]]:
        query = f'startkey="{PREFIX}"&endkey="mesh."&include_docs=true'
        status, found = await self._local.ask("GET", f"/_replicator/_all_docs?{query}")
        if status == 404:
            await self._local.ask("PUT", "/_replicator")
            return []
        return [row["doc"] for row in found["rows"]]

    async def _put(self, id: str, document: Mapping[str, Any]) -> None:
        status, found = await self._local.ask("PUT", f"/_replicator/{id}", document)
        if status >= 400:
            log.warning("the replication %s is not asked for: %s", id, found)

    async def _delete(self, standing: Mapping[str, Any]) -> None:
        await self._local.ask("DELETE", f"/_replicator/{standing['_id']}?rev={standing['_rev']}")


def _same(standing: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    """Whether a document asks for what is wanted, and has not failed."""
    if standing.get("_replication_state") in ("failed", "completed"):
        return False
    return canonical({name: standing.get(name) for name in fresh}) == canonical(dict(fresh))
