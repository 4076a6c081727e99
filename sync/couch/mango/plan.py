"""Which index answers a query, and between which keys.

The choice is CouchDB's (mango_idx, mango_cursor_view): an index is usable when every column is
required by the selector or sorted by, and when the sort follows its columns; of the usable ones
the one with the longest bounded prefix, then the fewest columns, then the first name. One thing
is ours and changes no result: a partial index is also taken when the selector repeats its filter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.couch import collation
from sync.couch.collation import AFTER
from sync.couch.errors import CouchError
from sync.couch.mango.field import Path
from sync.couch.mango.index import Index
from sync.couch.mango.selector import All, Node, Test, conjuncts, required
from sync.couch.wire import Json

_LOWER = {"$gt", "$gte", "$eq"}
_UPPER = {"$lt", "$lte", "$eq"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Scan `index` (None: all documents by id) for keys in [low, high)."""

    index: Index | None
    low: bytes
    high: bytes
    descending: bool


def choose(
    indexes: Sequence[Index],
    selector: Node,
    sort: Sequence[Path],
    descending: bool,
    asked: Sequence[str],
) -> Plan:
    """The plan for a query; `asked` is what `use_index` names: a design document, and a name.

    Raises CouchError 400 `no_usable_index` when nothing can sort so.
    """
    tests = list(conjuncts(selector))
    candidates = [index for index in indexes if _is_usable(index, selector, tests, sort, asked)]
    named = [index for index in candidates if _is_asked(index, asked)]
    best = min(named or candidates, key=lambda index: _rank(index, tests), default=None)
    if best:
        low, high = _range(best.columns, tests)
        return Plan(best, low, high, descending)
    if sort and list(sort) != [("_id",)]:
        raise CouchError(
            400,
            "no_usable_index",
            "No index exists for this sort, try indexing by the sort fields.",
        )
    return Plan(None, *_id_range(tests), descending)


def _is_usable(
    index: Index, selector: Node, tests: list[Test], sort: Sequence[Path], asked: Sequence[str]
) -> bool:
    if index.partial and not (_is_asked(index, asked) or _implies(tests, index.partial)):
        return False
    needed = set(index.columns) - set(sort) - {("_id",), ("_rev",)}
    return needed <= required(selector) and _sorts(index.columns, sort, tests)


def _is_asked(index: Index, asked: Sequence[str]) -> bool:
    if not asked:
        return False
    ddoc = index.ddoc.removeprefix("_design/")
    return ddoc == asked[0].removeprefix("_design/") and index.name in (asked[1:] or [index.name])


def _implies(tests: list[Test], partial: Node) -> bool:
    """Whether each condition of `partial` stands in the selector too."""
    parts = partial.parts if isinstance(partial, All) else (partial,)
    return all(isinstance(part, Test) and part in tests for part in parts)


def _sorts(columns: Sequence[Path], sort: Sequence[Path], tests: list[Test]) -> bool:
    """Whether keys of `columns` come in the order `sort`, constant columns left aside."""
    left = list(columns)
    while left:
        if left[: len(sort)] == list(sort):
            return True
        if _constant(left.pop(0), tests) is None:
            return False
    return not sort


def _constant(column: Path, tests: list[Test]) -> Test | None:
    return next((test for test in tests if test.path == column and test.op == "$eq"), None)


def _rank(index: Index, tests: list[Test]) -> tuple[int, int, str, str]:
    return -_prefix(index.columns, tests), len(index.columns), index.ddoc, index.name


def _prefix(columns: Sequence[Path], tests: list[Test]) -> int:
    """How many leading columns the selector bounds."""
    bounded = {test.path for test in tests if test.op in _LOWER | _UPPER}
    count = 0
    for column in columns:
        if column not in bounded:
            break
        count += 1
    return count


def _range(columns: Sequence[Path], tests: list[Test]) -> tuple[bytes, bytes]:
    prefix = b""
    for column in columns:
        constant = _constant(column, tests)
        if constant is None:
            low, high = _bounds(prefix, [test for test in tests if test.path == column])
            return low, high
        prefix += collation.key(constant.arg)
    return prefix, prefix + AFTER


def _bounds(prefix: bytes, tests: list[Test]) -> tuple[bytes, bytes]:
    low, high = prefix, prefix + AFTER
    for test in tests:
        if test.op in ("$gt", "$gte"):
            bound = prefix + collation.key(test.arg) + (AFTER if test.op == "$gt" else b"")
            low = max(low, bound)
        elif test.op in ("$lt", "$lte"):
            bound = prefix + collation.key(test.arg) + (AFTER if test.op == "$lte" else b"")
            high = min(high, bound)
    return low, high


def _id_range(tests: list[Test]) -> tuple[bytes, bytes]:
    low, high = b"", AFTER
    for test in tests:
        if test.path == ("_id",) and isinstance(test.arg, str):
            low, high = _narrowed(test.op, test.arg.encode(), low, high)
    return low, high


def _narrowed(op: str, id: bytes, low: bytes, high: bytes) -> tuple[bytes, bytes]:
    """The range of ids once `op` on `id` is known; `id` and a zero byte is what follows it."""
    if op in ("$gte", "$eq", "$beginsWith"):
        low = max(low, id)
    if op == "$gt":
        low = max(low, id + b"\x00")
    if op == "$lt":
        high = min(high, id)
    if op in ("$lte", "$eq"):
        high = min(high, id + b"\x00")
    if op == "$beginsWith":
        high = min(high, id + AFTER)
    return low, high


def describe(plan: Plan) -> Json:
    """The index of a plan as `_explain` and `_index` show it."""
    if plan.index is None:
        return ALL_DOCS
    return listing(plan.index)


ALL_DOCS: Json = {
    "ddoc": None,
    "name": "_all_docs",
    "type": "special",
    "def": {"fields": [{"_id": "asc"}]},
}


def listing(index: Index) -> Json:
    definition = {
        **index.definition,
        "fields": [{name: order} for name, order in index.definition["fields"].items()],
    }
    return {
        "ddoc": index.ddoc,
        "name": index.name,
        "type": "json",
        "partitioned": False,
        "def": definition,
    }
