"""Revision trees, pure: what is known of a document's history on this node.

A tree is the set of known revisions and of known parent links. Merging two trees is the union of
both sets, hence commutative, associative and idempotent whatever a peer sends; leaves, winner and
paths are read from the result.
"""

from collections.abc import Iterable, Mapping, Sequence

from sync.couch.revision import Rev
from sync.couch.wire import dumps, loads

Tree = Mapping[Rev, frozenset[Rev]]
"""Every known revision, with its known parents: none (a root), one, or, forged, several."""

_ROOT: frozenset[Rev] = frozenset()


def path_tree(revs: Sequence[Rev]) -> Tree:
    """The tree of one branch, `revs` newest first."""
    parents = [frozenset((rev,)) for rev in revs[1:]]
    return dict(zip(revs, [*parents, _ROOT], strict=True)) if revs else {}


def merge(one: Tree, other: Tree) -> Tree:
    """All that either knows."""
    union = dict(one)
    for rev, parents in other.items():
        known = union.get(rev)
        union[rev] = parents if not known else known | parents
    return union


def leaves(tree: Tree) -> frozenset[Rev]:
    """The revisions that nothing was built upon."""
    inner = {parent for parents in tree.values() for parent in parents}
    return frozenset(tree.keys() - inner)


def winner(candidates: Iterable[tuple[Rev, bool]]) -> Rev:
    """The revision a reader sees, of (leaf, deleted) pairs: not deleted first, then the highest
    generation, then the highest hash (CouchDB, "Replication and conflict model")."""
    return max(candidates, key=lambda leaf: (not leaf[1], leaf[0]))[0]


def ancestry(tree: Tree, rev: Rev) -> list[Rev]:
    """`rev` and its known ancestors, newest first."""
    path = [rev]
    while parents := tree.get(path[-1]):
        path.append(max(parents))
    return path


def stem(tree: Tree, limit: int) -> Tree:
    """`tree` without the revisions that are `limit` or more generations above every leaf."""
    if len(tree) <= limit:
        return tree
    kept: dict[Rev, frozenset[Rev]] = {}
    level = set(leaves(tree))
    for depth in range(limit):
        above: set[Rev] = set()
        for rev in level:
            kept[rev] = tree[rev] if depth < limit - 1 else kept.get(rev, _ROOT)
            above |= kept[rev]
        level = above - kept.keys()
    return {rev: parents & kept.keys() for rev, parents in kept.items()}


def encode(tree: Tree) -> bytes:
    """`tree` as JSON: branches `[generation, hash, parent's hash, …]` that share their joints."""
    left = dict(tree)
    branches = []
    for leaf in sorted(tree, reverse=True):
        if leaf in left:
            branches.append(_branch(tree, left, leaf))
    for rev, parents in tree.items():
        branches.extend([rev[0], rev[1], other[1]] for other in sorted(parents)[:-1])
    return dumps(branches)


def _branch(tree: Tree, left: dict[Rev, frozenset[Rev]], leaf: Rev) -> list[int | str]:
    branch: list[int | str] = [leaf[0], leaf[1]]
    rev = leaf
    while left.pop(rev, None):
        rev = max(tree[rev])
        branch.append(rev[1])
    return branch


def decode(stored: bytes) -> Tree:
    """The tree that `encode` wrote."""
    tree: Tree = {}
    for generation, *hashes in loads(stored):
        tree = merge(tree, path_tree([(generation - i, h) for i, h in enumerate(hashes)]))
    return tree
