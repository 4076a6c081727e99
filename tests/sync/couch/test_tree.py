"""Revision trees, as pure algebra."""

from hypothesis import given
from hypothesis import strategies as st

from sync.couch.revision import Rev
from sync.couch.tree import Tree, ancestry, decode, encode, leaves, merge, path_tree, stem, winner

HASHES = st.sampled_from("abc")


@st.composite
def paths(draw: st.DrawFn) -> list[Rev]:
    hashes = draw(st.lists(HASHES, min_size=1, max_size=6))
    start = draw(st.integers(len(hashes), len(hashes) + 3))
    return [(start - i, hash) for i, hash in enumerate(hashes)]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    tree: Tree = {}
    for path in draw(st.lists(paths(), min_size=1, max_size=5)):
        tree = merge(tree, path_tree(path))
    return tree


@given(trees(), trees())
def test_it_does_not_matter_who_merges_whom(one: Tree, other: Tree) -> None:
    assert merge(one, other) == merge(other, one)


@given(trees(), trees(), trees())
def test_it_does_not_matter_in_which_order_trees_come(a: Tree, b: Tree, c: Tree) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(trees(), trees())
def test_merging_again_changes_nothing(one: Tree, other: Tree) -> None:
    both = merge(one, other)
    assert merge(both, other) == both
    assert merge(one, one) == one


@given(trees())
def test_a_tree_is_read_as_it_was_written(tree: Tree) -> None:
    assert decode(encode(tree)) == tree


@given(trees())
def test_every_revision_lies_on_the_way_to_a_leaf(tree: Tree) -> None:
    ends = leaves(tree)
    assert ends
    inner = {parent for parents in tree.values() for parent in parents}
    assert ends | inner == set(tree)
    assert not ends & inner


@given(trees(), st.integers(1, 8))
def test_stemming_keeps_every_leaf_and_no_more_than_asked(tree: Tree, limit: int) -> None:
    short = stem(tree, limit)
    assert leaves(short) == leaves(tree)
    kept = {rev for leaf in leaves(tree) for rev in ancestry(tree, leaf)[:limit]}
    assert kept <= set(short) <= set(tree)
    assert stem(short, limit) == short


@given(paths())
def test_a_branch_is_told_newest_first(path: list[Rev]) -> None:
    assert ancestry(path_tree(path), path[0]) == path


@given(st.lists(st.tuples(st.tuples(st.integers(1, 4), HASHES), st.booleans()), min_size=1))
def test_the_winner_lives_if_any_does_and_is_the_highest(leafs: list[tuple[Rev, bool]]) -> None:
    best = winner(leafs)
    alive = [rev for rev, deleted in leafs if not deleted]
    assert best == max(alive or [rev for rev, _ in leafs])


@given(paths(), st.integers(1, 8))
def test_a_single_branch_is_cut_to_the_limit(path: list[Rev], limit: int) -> None:
    assert ancestry(stem(path_tree(path), limit), path[0]) == path[:limit]


def test_two_edits_of_one_revision_are_two_leaves() -> None:
    tree = merge(path_tree([(2, "b"), (1, "a")]), path_tree([(2, "c"), (1, "a")]))
    assert leaves(tree) == {(2, "b"), (2, "c")}
    assert encode(tree) == b'[[2,"c","a"],[2,"b","a"]]'


def test_a_history_without_its_beginning_finds_its_place_again() -> None:
    tree = merge(path_tree([(5, "e"), (4, "d")]), path_tree([(4, "d"), (3, "c")]))
    assert ancestry(tree, (5, "e")) == [(5, "e"), (4, "d"), (3, "c")]
