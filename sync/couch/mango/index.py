"""Indexes: their definitions, which are design documents, and the key table they fill."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from sync.couch import collation
from sync.couch.errors import CouchError
from sync.couch.mango.field import Missing, Path, get_field, parse_field
from sync.couch.mango.match import Matcher, matcher
from sync.couch.mango.selector import Node, normalize
from sync.couch.stored import COLUMNS, Stored, from_row
from sync.couch.wire import Json, dumps, loads


@dataclass(frozen=True)
class Index:
    """One JSON index. `definition` is `{"fields": {name: "asc"|"desc"}, …}`, as design documents
    of the language `query` keep it."""

    i: int
    ddoc: str
    name: str
    definition: dict[str, Json]
    columns: tuple[Path, ...] = field(init=False)
    partial: Node | None = field(init=False)
    _matches: Matcher | None = field(init=False)

    def __post_init__(self) -> None:
        names = self.definition["fields"]
        selector = self.definition.get("partial_filter_selector")
        node = normalize(selector) if selector else None
        object.__setattr__(self, "columns", tuple(map(parse_field, names)))
        object.__setattr__(self, "partial", node)
        object.__setattr__(self, "_matches", matcher(node) if node else None)

    def key(self, doc: dict[str, Json]) -> bytes | None:
        """The key of `doc`, its id last; None when it is not in the index: a field is missing."""
        parts = []
        for column in self.columns:
            value = get_field(doc, column)
            if isinstance(value, Missing):
                return None
            parts.append(collation.key(value))
        if self._matches and not self._matches(doc):
            return None
        parts.append(doc["_id"].encode())
        return b"".join(parts)


def definitions(ddoc: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """The (name, definition) of the JSON indexes in the body of a design document. What is not
    one is passed over: design documents come from anywhere."""
    views = ddoc.get("views") if ddoc.get("language") == "query" else None
    for name, view in views.items() if isinstance(views, dict) else ():
        definition = view.get("map") if isinstance(view, dict) else None
        if isinstance(definition, dict) and is_valid(definition):
            yield name, definition


def is_valid(definition: dict[str, Json]) -> bool:
    fields = definition.get("fields")
    if not isinstance(fields, dict) or not fields or not all(fields):
        return False
    try:
        normalize(definition.get("partial_filter_selector") or {})
    except CouchError:
        return False
    return True


def as_dict(doc: Stored) -> dict[str, Json]:
    """The winner as selectors and indexes see it."""
    found: dict[str, Json] = {"_id": doc.id, "_rev": doc.winner.rev}
    found.update(loads(doc.winner.body))
    if doc.winner.attachments:
        found["_attachments"] = loads(doc.winner.attachments)
    return found


def load(connection: sqlite3.Connection) -> list[Index]:
    """Every index of the database, by design document and name."""
    rows = connection.execute("SELECT i, ddoc, name, definition FROM indexes ORDER BY ddoc, name")
    return [Index(i, ddoc, name, loads(definition)) for i, ddoc, name, definition in rows]


class Indexes:
    """The indexes of one database, kept current by its writer."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.all = load(connection)

    def reload(self, connection: sqlite3.Connection) -> None:
        """Forget what a rolled back transaction did."""
        self.all = load(connection)

    def update(self, connection: sqlite3.Connection, old: Stored | None, new: Stored) -> None:
        """Follow one document from `old` to `new`."""
        if new.id.startswith("_design/"):
            self._redefine(connection, new)
        elif self.all:
            before = self._keys(old)
            after = self._keys(new)
            connection.executemany("DELETE FROM keys WHERE i = ? AND key = ?", before - after)
            connection.executemany(
                "INSERT INTO keys(i, key, n) VALUES (?, ?, ?)",
                [(i, key, new.n) for i, key in after - before],
            )

    def forget(self, connection: sqlite3.Connection, doc: Stored) -> None:
        """Leave out a document that is no more."""
        if doc.id.startswith("_design/"):
            gone = doc.winner._replace(deleted=True, body=b"{}")
            self._redefine(connection, Stored(doc.n, doc.id, doc.seq, None, gone))
        connection.executemany("DELETE FROM keys WHERE i = ? AND key = ?", self._keys(doc))

    def _keys(self, doc: Stored | None) -> set[tuple[int, bytes]]:
        if doc is None or doc.winner.deleted:
            return set()
        found = as_dict(doc)
        return {(index.i, key) for index in self.all if (key := index.key(found)) is not None}

    def _redefine(self, connection: sqlite3.Connection, ddoc: Stored) -> None:
        wanted = {} if ddoc.winner.deleted else dict(definitions(loads(ddoc.winner.body)))
        mine = {index.name: index for index in self.all if index.ddoc == ddoc.id}
        for name, index in mine.items():
            if dumps(wanted.get(name)) != dumps(index.definition):
                connection.execute("DELETE FROM keys WHERE i = ?", (index.i,))
                connection.execute("DELETE FROM indexes WHERE i = ?", (index.i,))
            else:
                del wanted[name]
        for name, definition in wanted.items():
            connection.execute(
                "INSERT INTO indexes(ddoc, name, definition) VALUES (?, ?, ?)",
                (ddoc.id, name, dumps(definition)),
            )
        self.reload(connection)
        for index in self.all:
            if index.ddoc == ddoc.id and index.name in wanted:
                _build(connection, index)


def _build(connection: sqlite3.Connection, index: Index) -> None:
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM docs WHERE NOT deleted AND id NOT LIKE '\\_design/%' ESCAPE '\\'"
    )
    for row in rows:
        doc = from_row(row)
        key = index.key(as_dict(doc))
        if key is not None:
            connection.execute("INSERT INTO keys VALUES (?, ?, ?)", (index.i, key, doc.n))
