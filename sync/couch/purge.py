"""Purging: leaves, and what only they descend from, forgotten without a tombstone."""

import sqlite3

from sync.couch import attachments
from sync.couch.edits import Transaction, replace
from sync.couch.revision import Rev, format_rev, parse_rev
from sync.couch.stored import all_leaves, find
from sync.couch.tree import Tree
from sync.couch.wire import Json, dumps, loads

_TABLE = """CREATE TABLE IF NOT EXISTS purges(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, revs BLOB NOT NULL)"""
INFOS_LIMIT = 1000
"""How many purges are remembered: CouchDB's default."""


def purge(tx: Transaction, id: str, revs: list[Rev]) -> list[str]:
    """Forget those of `revs` that are leaves of document `id`; returns them."""
    doc = find(tx.connection, id)
    if doc is None:
        return []
    found = all_leaves(tx.connection, doc)
    gone = [leaf.rev for leaf in found if parse_rev(leaf.rev) in revs]
    left = {parse_rev(leaf.rev): leaf for leaf in found if leaf.rev not in gone}
    if left and gone:
        replace(tx, doc, id, _above(doc.tree, set(left)), left, found)
    elif gone:
        attachments.hold(tx.connection, doc.n, [])
        tx.indexes.forget(tx.connection, doc)
        tx.connection.execute("DELETE FROM leaves WHERE n = ?", (doc.n,))
        tx.connection.execute("DELETE FROM docs WHERE n = ?", (doc.n,))
        tx.counters.seq += 1
        tx.counters.count(doc, -1)
    return gone


def _above(tree: Tree, revs: set[Rev]) -> Tree:
    """What of `tree` the leaves `revs` descend from, themselves included."""
    kept: dict[Rev, frozenset[Rev]] = {}
    while revs:
        kept |= {rev: tree[rev] for rev in revs}
        revs = {parent for rev in revs for parent in tree[rev]} - kept.keys()
    return kept


def remember(tx: Transaction, purges: list[tuple[str, list[Rev]]]) -> None:
    """Note what was asked for, the last `_purged_infos_limit` of it."""
    connection = tx.connection
    connection.execute(_TABLE)
    rows = [(id, dumps([format_rev(rev) for rev in revs])) for id, revs in purges]
    connection.executemany("INSERT INTO purges(id, revs) VALUES (?, ?)", rows)
    seq = int(_meta(connection, "purge_seq", 0)) + len(rows)
    connection.execute("REPLACE INTO meta VALUES ('purge_seq', ?)", (seq,))
    limit = int(_meta(connection, "purged_infos_limit", INFOS_LIMIT))
    connection.execute("DELETE FROM purges WHERE n <= (SELECT max(n) FROM purges) - ?", (limit,))


def remembered(connection: sqlite3.Connection) -> list[Json]:
    """The purges noted, the oldest first."""
    if not _meta(connection, "purge_seq", 0):
        return []
    rows = connection.execute("SELECT id, revs FROM purges ORDER BY n")
    return [{"id": id, "revs": loads(revs)} for id, revs in rows]


def _meta(connection: sqlite3.Connection, key: str, default: int) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else default
