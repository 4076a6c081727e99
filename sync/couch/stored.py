"""Documents as the tables hold them, and as they leave again in JSON."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sync.couch.attachments import read_entries, shown
from sync.couch.revision import Rev, format_rev, parse_rev
from sync.couch.tree import Tree, ancestry, decode, path_tree
from sync.couch.wire import Json, dumps


class Leaf(NamedTuple):
    """One leaf revision. `attachments` and `body` are JSON as stored."""

    rev: str
    deleted: bool
    attachments: bytes | None
    body: bytes


@dataclass(slots=True)
class Stored:
    """One document: its winner, and the way to its other leaves."""

    n: int
    id: str
    seq: int
    stored_tree: bytes | None
    winner: Leaf

    @property
    def tree(self) -> Tree:
        if self.stored_tree is None:
            return path_tree([parse_rev(self.winner.rev)])
        return decode(self.stored_tree)


COLUMNS = "n, id, seq, tree, rev, deleted, attachments, body"


def from_row(row: tuple[Json, ...]) -> Stored:
    """A document of the columns COLUMNS."""
    n, id, seq, tree, rev, deleted, attachments, body = row
    return Stored(n, id, seq, tree, Leaf(rev, bool(deleted), attachments, body))


def find(connection: sqlite3.Connection, id: str) -> Stored | None:
    row = connection.execute(f"SELECT {COLUMNS} FROM docs WHERE id = ?", (id,)).fetchone()
    return from_row(row) if row else None


def all_leaves(connection: sqlite3.Connection, doc: Stored) -> list[Leaf]:
    """Every leaf, the winner first, the others as CouchDB orders them."""
    if doc.stored_tree is None:
        return [doc.winner]
    rows = connection.execute(
        "SELECT rev, deleted, attachments, body FROM leaves WHERE n = ?", (doc.n,)
    )
    losers = [Leaf(rev, bool(deleted), atts, body) for rev, deleted, atts, body in rows]
    losers.sort(key=lambda leaf: (not leaf.deleted, parse_rev(leaf.rev)), reverse=True)
    return [doc.winner, *losers]


def find_leaf(connection: sqlite3.Connection, doc: Stored, rev: Rev, latest: bool) -> Leaf | None:
    """The leaf `rev`, or with `latest` the first leaf that descends from it."""
    found = all_leaves(connection, doc)
    for leaf in found:
        if parse_rev(leaf.rev) == rev:
            return leaf
    if latest:
        tree = doc.tree
        for leaf in found:
            if rev in ancestry(tree, parse_rev(leaf.rev)):
                return leaf
    return None


def render(
    connection: sqlite3.Connection,
    doc: Stored,
    leaf: Leaf,
    options: Collection[str] = (),
    newer_than: Collection[str] = (),
) -> bytes:
    """`leaf` of `doc` as JSON. `options` are CouchDB's: revs, revs_info, conflicts,
    deleted_conflicts, local_seq, attachments (with those that came after the revisions
    `newer_than` inline, or told apart by `follows`), att_encoding_info. The stored body is not
    parsed."""
    out = bytearray(b'{"_id":' + dumps(doc.id) + b',"_rev":' + dumps(leaf.rev))
    if leaf.deleted:
        out += b',"_deleted":true'
    if leaf.body != b"{}":
        out += b"," + leaf.body[1:-1]
    if leaf.attachments:
        after = new_since(doc, leaf, newer_than)
        entries = shown(connection, read_entries(leaf.attachments), options, after)
        out += b',"_attachments":' + dumps(entries)
    if options:
        for name, value in _extras(connection, doc, leaf, options).items():
            out += b',"' + name.encode() + b'":' + dumps(value)
    out += b"}"
    return bytes(out)


def new_since(doc: Stored, leaf: Leaf, revs: Collection[str]) -> int:
    """The generation after which attachments are news to one who has `revs`: that of the nearest
    of them above `leaf` (couch_db:find_ancestor_rev_pos/2)."""
    if not revs:
        return 0
    path = ancestry(doc.tree, parse_rev(leaf.rev))
    return next((rev[0] for rev in path if format_rev(rev) in revs), 0)


def _extras(
    connection: sqlite3.Connection, doc: Stored, leaf: Leaf, options: Collection[str]
) -> dict[str, Json]:
    extras: dict[str, Json] = {}
    if "revs" in options or "revs_info" in options:
        path = ancestry(doc.tree, parse_rev(leaf.rev))
        if "revs" in options:
            extras["_revisions"] = {"start": path[0][0], "ids": [hash for _, hash in path]}
        if "revs_info" in options:
            extras["_revs_info"] = _revs_info(leaf, path)
    if "conflicts" in options or "deleted_conflicts" in options:
        extras |= _conflicts(all_leaves(connection, doc)[1:], options)
    if "local_seq" in options:
        extras["_local_seq"] = doc.seq
    return extras


def _revs_info(leaf: Leaf, path: list[Rev]) -> list[dict[str, str]]:
    first = {"rev": leaf.rev, "status": "deleted" if leaf.deleted else "available"}
    return [first, *({"rev": format_rev(rev), "status": "missing"} for rev in path[1:])]


def _conflicts(losers: list[Leaf], options: Collection[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for option, deleted in (("conflicts", False), ("deleted_conflicts", True)):
        revs = [leaf.rev for leaf in losers if leaf.deleted is deleted]
        if option in options and revs:
            found["_" + option] = revs
    return found
