"""`/db/_all_docs`: documents by id."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sync.couch.errors import bad_request
from sync.couch.handlers.options import LISTED, options_of
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, Stream
from sync.couch.store import Store
from sync.couch.stored import COLUMNS, Stored, from_row, render
from sync.couch.wire import Json, dumps

_DESIGNS = "(SELECT * FROM docs WHERE id >= '_design/' AND id < '_design0' AND NOT deleted)"
_LOCALS = """(SELECT 0 AS n, id, 0 AS seq, NULL AS tree, '0-' || rev AS rev, 0 AS deleted,
  NULL AS attachments, body FROM locals)"""
_SOURCES = {"_design_docs": _DESIGNS, "_local_docs": _LOCALS}
SHORT = 200
"""A page of at most so many rows is read at once; a longer one is streamed."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Page:
    """What is asked for. Bounds are ids; None is open."""

    keys: list[Json] | None
    low: str | None
    high: str | None
    inclusive: bool
    descending: bool
    skip: int
    limit: int | None
    docs: bool
    options: list[str]
    update_seq: bool
    source: str = "docs"

    @property
    def total(self) -> str:
        """The SQL that counts them; CouchDB does not count local documents."""
        if self.source == "docs":
            return "SELECT seq, docs FROM counters"
        count = "NULL" if self.source == _LOCALS else f"(SELECT count(*) FROM {self.source})"
        return f"SELECT seq, {count} FROM counters"


async def get(node: Node, request: Request) -> Answer:
    return await _send(node.store(request), _page(request, {}))


async def post(node: Node, request: Request) -> Answer:
    store = node.store(request)
    return await _send(store, _page(request, await request.fields()))


async def queries(node: Node, request: Request) -> Answer:
    """Several pages in one answer, in their order.

    https://docs.couchdb.org/en/stable/api/database/bulk-api.html#post--db-_all_docs-queries
    """
    store, asked = node.store(request), (await request.fields()).get("queries")
    if not isinstance(asked, list) or not all(isinstance(query, dict) for query in asked):
        raise bad_request("`queries` must be an array of objects.")
    return Stream(_results(store, [_page(request, query) for query in asked]))


def _page(request: Request, body: dict[str, Json]) -> _Page:
    """The page that query and body ask for. Raises CouchError 400."""
    given = {name: request.value(name) for name in request.query if name in _JSON} | body
    keys = given.get("keys", [given["key"]] if "key" in given else None)
    if keys is not None and not isinstance(keys, list):
        raise bad_request("`keys` parameter must be an array.")
    descending = _flag(given, "descending")
    first = given.get("startkey", given.get("start_key"))
    last = given.get("endkey", given.get("end_key"))
    low, high = (last, first) if descending else (first, last)
    return _Page(
        keys,
        low if isinstance(low, str) else None,
        high if isinstance(high, str) else None,
        _flag(given, "inclusive_end", True),
        descending,
        _count(given, "skip") or 0,
        _count(given, "limit"),
        _flag(given, "include_docs"),
        [name for name in options_of(request) if name in LISTED]
        + (["conflicts"] if body.get("conflicts") is True else []),
        _flag(given, "update_seq"),
        _SOURCES.get(request.path[1], "docs"),
    )


_JSON = {"key", "keys", "startkey", "start_key", "endkey", "end_key", "descending"} | {
    "inclusive_end",
    "skip",
    "limit",
    "include_docs",
    "update_seq",
}


def _flag(given: dict[str, Json], name: str, default: bool = False) -> bool:
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise bad_request(f"Invalid boolean parameter: {name}")
    return value


def _count(given: dict[str, Json], name: str) -> int | None:
    value = given.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise bad_request(f"Invalid value for integer: {name}")
    return min(value, 2**62) if value is not None else None


async def _send(store: Store, page: _Page) -> Answer:
    if page.limit is not None and page.limit <= SHORT and not page.options and not page.keys:
        return Response(store.now(lambda connection: b"".join(_lines(connection, store, page))))
    return Stream(_stream(store, page))


async def _stream(store: Store, page: _Page) -> AsyncGenerator[bytes, None]:
    """The whole answer from one snapshot, some rows at a time."""
    with store.snapshot() as connection:
        lines = _lines(connection, store, page)
        while chunk := await store.aside(lambda: _some(lines)):
            yield chunk


async def _results(store: Store, pages: list[_Page]) -> AsyncGenerator[bytes, None]:
    """The answers of :func:`queries`, all from one snapshot."""
    with store.snapshot() as connection:
        yield b'{"results":[\n'
        for number, page in enumerate(pages):
            lines = _lines(connection, store, page)
            yield b",\n" if number else b""
            while chunk := await store.aside(partial(_some, lines)):
                yield chunk
        yield b"]}\n"


def _some(lines: Iterator[bytes]) -> bytes:
    return b"".join(islice(lines, _CHUNK))


def _lines(connection: sqlite3.Connection, store: Store, page: _Page) -> Iterator[bytes]:
    seq, total = connection.execute(page.total).fetchone()
    unknown = page.keys or page.low or page.high or total is None
    offset = b"null" if unknown else dumps(page.skip)
    head = b'{"total_rows":' + dumps(total)
    if page.update_seq:
        head += b',"update_seq":' + dumps(store.seq(seq))
    yield head + b',"offset":' + offset + b',"rows":[\n'
    between = b""
    for row in _rows(connection, page):
        yield between + row
        between = b",\n"
    yield b"\n]}\n"


def _rows(connection: sqlite3.Connection, page: _Page) -> Iterator[bytes]:
    if page.keys is not None:
        keys = page.keys[::-1] if page.descending else page.keys
        for key in keys[page.skip :][: page.limit]:
            yield _keyed(connection, page, key)
        return
    query, values = _range(page)
    for row in connection.execute(query, values):
        yield _row(connection, page, from_row(row))


def _range(page: _Page) -> tuple[str, list[str | int]]:
    query, values = f"SELECT {COLUMNS} FROM {page.source} WHERE NOT deleted", list[str | int]()
    # The end key is `endkey`, the low bound when descending; only it can be left out.
    low_op = ">=" if page.inclusive or not page.descending else ">"
    high_op = "<=" if page.inclusive or page.descending else "<"
    for operator, bound in ((low_op, page.low), (high_op, page.high)):
        if bound is not None:
            query += f" AND id {operator} ?"
            values.append(bound)
    order = "DESC" if page.descending else "ASC"
    limit = -1 if page.limit is None else page.limit
    return f"{query} ORDER BY id {order} LIMIT ? OFFSET ?", [*values, limit, page.skip]


def _keyed(connection: sqlite3.Connection, page: _Page, key: Json) -> bytes:
    doc = _find(connection, page, key) if isinstance(key, str) else None
    if doc is None:
        return b'{"key":' + dumps(key) + b',"error":"not_found"}'
    return _row(connection, page, doc)


def _find(connection: sqlite3.Connection, page: _Page, id: str) -> Stored | None:
    query = f"SELECT {COLUMNS} FROM {page.source} WHERE id = ?"
    row = connection.execute(query, (id,)).fetchone()
    return from_row(row) if row else None


def _row(connection: sqlite3.Connection, page: _Page, doc: Stored) -> bytes:
    id = dumps(doc.id)
    row = b'{"id":' + id + b',"key":' + id + b',"value":{"rev":' + dumps(doc.winner.rev)
    if doc.winner.deleted:
        return row + b',"deleted":true}' + (b',"doc":null}' if page.docs else b"}")
    if not page.docs:
        return row + b"}}"
    return row + b'},"doc":' + render(connection, doc, doc.winner, page.options) + b"}"
