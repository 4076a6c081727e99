"""A query as `_find` takes it, and its run over an index."""

import base64
import binascii
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sync.couch.collation import AFTER
from sync.couch.errors import CouchError
from sync.couch.mango import plan
from sync.couch.mango.field import Path, parse_field, project
from sync.couch.mango.index import as_dict, load
from sync.couch.mango.match import matcher
from sync.couch.mango.plan import Plan
from sync.couch.mango.selector import Node, normalize
from sync.couch.stored import COLUMNS, Stored, from_row, render
from sync.couch.wire import Json, dumps

_KEYS = {"selector", "use_index", "bookmark", "limit", "skip", "sort", "fields", "conflicts"}
_ACCEPTED = {"r", "stale", "update", "stable", "execution_stats", "allow_fallback", "partition"}
_NO_INDEX = "No matching index found, create an index to optimize query time."


@dataclass(frozen=True, slots=True)
class Query:
    """A checked `_find` request."""

    selector: Node
    original: Json
    sort: tuple[Path, ...]
    descending: bool
    limit: int
    skip: int
    fields: tuple[str, ...]
    asked: tuple[str, ...]
    bookmark: bytes | None
    conflicts: bool
    stats: bool


def parse_query(body: Json) -> Query:
    """Raises CouchError 400 with mango's words."""
    if not isinstance(body, dict):
        raise CouchError(400, "bad_request", "Request body must be a JSON object")
    if "selector" not in body:
        raise CouchError(400, "missing_required_key", "Missing required key: selector")
    for key in body.keys() - _KEYS - _ACCEPTED:
        raise CouchError(400, "invalid_key", f"Invalid key {key} for this request.")
    sort, descending = parse_sort(body.get("sort", []))
    return Query(
        normalize(body["selector"]),
        body["selector"],
        tuple(map(parse_field, sort)),
        descending,
        _count(body.get("limit", 25)),
        _count(body.get("skip", 0)),
        _fields(body.get("fields", [])),
        _asked(body.get("use_index", [])),
        _bookmark(body.get("bookmark", "")),
        _flag(body.get("conflicts", False)),
        _flag(body.get("execution_stats", False)),
    )


def parse_sort(sort: Json) -> tuple[list[str], bool]:
    """Field names and whether descending. Raises CouchError 400."""
    if not isinstance(sort, list):
        raise CouchError(
            400, "invalid_sort_json", f"Sort must be an array of sort specs, not: {_show(sort)}"
        )
    fields = [_sort_field(item) for item in sort]
    orders = {order for _, order in fields}
    if len(orders) > 1:
        raise CouchError(
            400,
            "unsupported_mixed_sort",
            "Sorts currently only support a single direction for all fields.",
        )
    return [name for name, _ in fields], orders == {"desc"}


def _sort_field(item: Json) -> tuple[str, str]:
    if isinstance(item, str) and item:
        return item, "asc"
    if isinstance(item, dict) and len(item) == 1 and "" not in item:
        ((name, order),) = item.items()
        if order in ("asc", "desc"):
            return name, order
    raise CouchError(400, "invalid_sort_field", f"Invalid sort field: {_show(item)}")


def _count(value: Json) -> int:
    if type(value) is not int or value < 0:
        raise CouchError(
            400,
            "invalid_non_neg_integer",
            f"{_show(value)} is not an integer greater than or equal to zero",
        )
    return min(value, 2**62)


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise CouchError(400, "invalid_boolean", f"Invalid boolean value: {_show(value)}")
    return value


def _fields(value: Json) -> tuple[str, ...]:
    if value == "all_fields":
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise CouchError(
            400, "invalid_fields", f"Fields must be an array of strings, not: {_show(value)}"
        )
    return tuple(value)


def _asked(value: Json) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise CouchError(400, "invalid_index_name", f"Invalid index name: {_show(value)}")
    if len(names) == 1 and "/" in names[0].removeprefix("_design/"):
        return tuple(names[0].removeprefix("_design/").split("/", 1))
    return tuple(names[:2])


def _bookmark(value: Json) -> bytes | None:
    if value in ("", "nil", None):
        return None
    try:
        return base64.b64decode(value.encode("ascii"), b"-_", validate=True)
    except (AttributeError, ValueError, binascii.Error) as error:
        raise CouchError(
            400, "invalid_bookmark", f"Invalid bookmark value: {_show(value)}"
        ) from error


def _show(value: Json) -> str:
    return dumps(value).decode()


def make_plan(connection: sqlite3.Connection, query: Query) -> Plan:
    """Raises CouchError 400 `no_usable_index`."""
    return plan.choose(load(connection), query.selector, query.sort, query.descending, query.asked)


def run(connection: sqlite3.Connection, query: Query) -> bytes:
    """The answer to `_find`, as JSON."""
    begun = time.monotonic()
    chosen = make_plan(connection, query)
    docs: list[bytes] = []
    last, examined = query.bookmark, 0
    matches = matcher(query.selector)
    skip = 0 if query.bookmark else query.skip
    for key, doc in _scan(connection, chosen, query.bookmark) if query.limit else ():
        examined += 1
        found = as_dict(doc)
        if not matches(found):
            continue
        if skip:
            skip -= 1
            continue
        docs.append(_shown(connection, query, doc, found))
        last = key
        if len(docs) == query.limit:
            break
    stats = (examined, time.monotonic() - begun) if query.stats else None
    return _answer(chosen, query, docs, last, stats)


def _shown(
    connection: sqlite3.Connection, query: Query, doc: Stored, found: dict[str, Json]
) -> bytes:
    if query.fields:
        return dumps(project(found, [parse_field(name) for name in query.fields]))
    return render(connection, doc, doc.winner, ("conflicts",) if query.conflicts else ())


def _answer(
    chosen: Plan,
    query: Query,
    docs: list[bytes],
    last: bytes | None,
    stats: tuple[int, float] | None,
) -> bytes:
    bookmark = base64.urlsafe_b64encode(last).decode() if docs and last else "nil"
    extras: dict[str, Any] = {"bookmark": bookmark}
    if chosen.index is None and query.original:
        extras["warning"] = _NO_INDEX
    if stats:
        extras["execution_stats"] = {
            "total_keys_examined": stats[0],
            "total_docs_examined": stats[0],
            "total_quorum_docs_examined": 0,
            "results_returned": len(docs),
            "execution_time_ms": round(stats[1] * 1000, 3),
        }
    return b'{"docs":[' + b",\n".join(docs) + b"]," + dumps(extras)[1:]


def _scan(
    connection: sqlite3.Connection, chosen: Plan, bookmark: bytes | None
) -> Iterator[tuple[bytes, Stored]]:
    """(key, document) in order, after `bookmark`. The key of all documents is the id."""
    low, high = chosen.low, chosen.high
    if bookmark and chosen.descending:
        high = min(high, bookmark)
    elif bookmark:
        low = max(low, bookmark + b"\x00")
    order = "DESC" if chosen.descending else "ASC"
    if chosen.index is None:
        return _scan_ids(connection, low, high, order)
    return _scan_keys(connection, chosen.index.i, low, high, order)


def _scan_keys(
    connection: sqlite3.Connection, i: int, low: bytes, high: bytes, order: str
) -> Iterator[tuple[bytes, Stored]]:
    columns = ", ".join("d." + name for name in COLUMNS.split(", "))
    rows = connection.execute(
        f"SELECT k.key, {columns} FROM keys k CROSS JOIN docs d ON d.n = k.n"
        f" WHERE k.i = ? AND k.key >= ? AND k.key < ? ORDER BY k.key {order}",
        (i, low, high),
    )
    return ((row[0], from_row(row[1:])) for row in rows)


def _scan_ids(
    connection: sqlite3.Connection, low: bytes, high: bytes, order: str
) -> Iterator[tuple[bytes, Stored]]:
    bounds, values = "", []
    if low:
        bounds, values = " AND id >= CAST(? AS TEXT)", [low]
    if high != AFTER:
        bounds, values = bounds + " AND id < CAST(? AS TEXT)", [*values, high]
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM docs WHERE NOT deleted{bounds} ORDER BY id {order}", values
    )
    docs = (from_row(row) for row in rows)
    return ((doc.id.encode(), doc) for doc in docs if not doc.id.startswith("_design/"))
