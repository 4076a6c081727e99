"""Edits applied to the tables, inside the writer's transaction."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sync.couch import attachments
from sync.couch.attachments import Entries, read_entries, write_entries
from sync.couch.document import Edit
from sync.couch.errors import conflict
from sync.couch.mango.index import Indexes
from sync.couch.revision import Rev, format_rev, new_rev, parse_rev
from sync.couch.stored import Leaf, Stored, all_leaves, find
from sync.couch.tree import Tree, encode, leaves, merge, path_tree, stem, winner


@dataclass(slots=True)
class Counters:
    """What GET /db answers without counting."""

    seq: int
    docs: int
    deleted: int

    def count(self, doc: Stored | None, by: int) -> None:
        if doc and doc.winner.deleted:
            self.deleted += by
        elif doc:
            self.docs += by


@dataclass(slots=True)
class Transaction:
    """What a job of the writer works with; it is committed, or nothing of it happened."""

    connection: sqlite3.Connection
    counters: Counters
    indexes: Indexes
    revs_limit: int


def save(tx: Transaction, edit: Edit, lent: Entries | None = None) -> Rev:
    """Apply an interactive edit (`new_edits=true`); returns the revision it made. `lent` are
    attachments of another document that its stubs may refer to.

    Raises CouchError 409 when it builds on no leaf, 412 for a stub of nothing.
    """
    doc = find(tx.connection, edit.id)
    parent = _parent(edit, doc)
    found = all_leaves(tx.connection, doc) if doc else []
    base = [leaf for leaf in found if parent and leaf.rev == format_rev(parent)]
    generation = parent[0] + 1 if parent else 1
    known = [read_entries(leaf.attachments) for leaf in base]
    known += [lent] if lent else []
    entries = attachments.take(tx.connection, edit, generation, known)
    rev = new_rev(edit.deleted, parent, edit.body, attachments.described(entries))
    _graft(tx, doc, edit, [rev, parent] if parent else [rev], entries, found)
    return rev


def _parent(edit: Edit, doc: Stored | None) -> Rev | None:
    """The leaf that an edit builds on. A deleted document is made anew on its tombstone."""
    if doc is None:
        if edit.revs:
            raise conflict()
        return None
    if doc.winner.deleted:
        if edit.revs or edit.deleted:
            raise conflict()
        return parse_rev(doc.winner.rev)
    if not edit.revs or edit.revs[0] not in leaves(doc.tree):
        raise conflict()
    return edit.revs[0]


def graft(tx: Transaction, edit: Edit) -> None:
    """Apply a replicated edit (`new_edits=false`): its history joins the tree as it is. One that
    is known already changes nothing."""
    doc = find(tx.connection, edit.id)
    if doc and edit.revs[0] in doc.tree:
        return
    found = all_leaves(tx.connection, doc) if doc else []
    nearest = sorted(found, key=lambda leaf: parse_rev(leaf.rev) not in edit.revs)
    known = [read_entries(leaf.attachments) for leaf in nearest]
    entries = attachments.take(tx.connection, edit, edit.revs[0][0], known)
    _graft(tx, doc, edit, edit.revs, entries, found)


def _graft(
    tx: Transaction,
    doc: Stored | None,
    edit: Edit,
    path: Sequence[Rev],
    entries: Entries,
    found: list[Leaf],
) -> None:
    leaf = Leaf(format_rev(path[0]), edit.deleted, write_entries(entries), edit.raw)
    if doc is None and len(path) == 1:
        _plant(tx, edit.id, leaf, entries)
        return
    known: Tree = doc.tree if doc else {}
    tree = stem(merge(known, path_tree(path)), tx.revs_limit)
    by_rev = {parse_rev(each.rev): each for each in (*found, leaf)}
    replace(tx, doc, edit.id, tree, {rev: by_rev[rev] for rev in leaves(tree)}, found)


def _plant(tx: Transaction, id: str, leaf: Leaf, entries: Entries) -> None:
    """A new document, as most are: nothing to merge, no other leaf, no tree to keep."""
    tx.counters.seq += 1
    fresh = Stored(0, id, tx.counters.seq, None, leaf)
    _write(tx, None, fresh)
    if entries:
        attachments.hold(tx.connection, fresh.n, [entries])
    tx.indexes.update(tx.connection, None, fresh)


def replace(
    tx: Transaction,
    doc: Stored | None,
    id: str,
    tree: Tree,
    kept: dict[Rev, Leaf],
    found: list[Leaf],
) -> None:
    """Put `tree`, whose leaves are `kept`, in the place of `doc`, whose leaves were `found`."""
    best = winner((rev, each.deleted) for rev, each in kept.items())
    tx.counters.seq += 1
    top = kept.pop(best)
    fresh = Stored(doc.n if doc else 0, id, tx.counters.seq, _stored_tree(tree), top)
    _write(tx, doc, fresh)
    if len(found) > 1 or kept:
        _write_losers(tx.connection, fresh.n, list(kept.values()))
    if any(each.attachments for each in (*found, top, *kept.values())):
        present = [read_entries(each.attachments) for each in (top, *kept.values())]
        attachments.hold(tx.connection, fresh.n, present)
    tx.indexes.update(tx.connection, doc, fresh)


def _stored_tree(tree: Tree) -> bytes | None:
    return encode(tree) if len(tree) > 1 else None


def _write(tx: Transaction, old: Stored | None, new: Stored) -> None:
    leaf = new.winner
    values = (new.seq, leaf.rev, leaf.deleted, new.stored_tree, leaf.attachments, leaf.body)
    if old is None:
        cursor = tx.connection.execute(
            "INSERT INTO docs(seq, rev, deleted, tree, attachments, body, id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, new.id),
        )
        new.n = cursor.lastrowid or 0
    else:
        tx.connection.execute(
            "UPDATE docs SET seq = ?, rev = ?, deleted = ?, tree = ?, attachments = ?, body = ?"
            " WHERE n = ?",
            (*values, new.n),
        )
    tx.counters.count(old, -1)
    tx.counters.count(new, +1)


def _write_losers(connection: sqlite3.Connection, n: int, losers: list[Leaf]) -> None:
    connection.execute("DELETE FROM leaves WHERE n = ?", (n,))
    connection.executemany(
        "INSERT INTO leaves VALUES (?, ?, ?, ?, ?)", [(n, *leaf) for leaf in losers]
    )
