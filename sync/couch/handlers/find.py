"""`/db/_find`, `/db/_explain`, `/db/_index`."""

import sqlite3
from functools import partial
from hashlib import sha1

from sync.couch.document import Edit
from sync.couch.edits import Transaction, save
from sync.couch.errors import CouchError, not_found, not_implemented
from sync.couch.mango.index import Index, load
from sync.couch.mango.plan import ALL_DOCS, describe, listing
from sync.couch.mango.query import Query, make_plan, parse_query, parse_sort, run
from sync.couch.mango.selector import normalize
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, answer
from sync.couch.revision import parse_rev
from sync.couch.stored import find as find_document
from sync.couch.wire import Json, dumps, loads


async def find(node: Node, request: Request) -> Answer:
    store = node.store(request)
    query = parse_query(await request.fields())
    return Response(await store.read(lambda connection: run(connection, query)) + b"\n")


async def explain(node: Node, request: Request) -> Answer:
    store = node.store(request)
    query = parse_query(await request.fields())
    return answer(store.now(partial(_explain, store.name, query)))


def _explain(name: str, query: Query, connection: sqlite3.Connection) -> Json:
    chosen = make_plan(connection, query)
    return {
        "dbname": name,
        "index": describe(chosen),
        "partitioned": "undefined",
        "selector": query.original,
        "opts": {
            "use_index": list(query.asked),
            "limit": query.limit,
            "skip": query.skip,
            "fields": list(query.fields) or "all_fields",
            "conflicts": query.conflicts,
        },
        "limit": query.limit,
        "skip": query.skip,
        "fields": list(query.fields) or "all_fields",
    }


async def list_indexes(node: Node, request: Request) -> Answer:
    indexes = node.store(request).now(load)
    shown = [ALL_DOCS, *map(listing, indexes)]
    skip, limit = request.number("skip", 0) or 0, request.number("limit")
    return answer({"total_rows": len(shown), "indexes": shown[skip:][:limit]})


async def create_index(node: Node, request: Request) -> Answer:
    """An index is a view of a design document in the language `query`; making it again is no
    change."""
    store = node.store(request)
    definition, ddoc, name = _definition(await request.fields())

    def work(tx: Transaction) -> str:
        return _add(tx, definition, ddoc, name)

    result = await store.write(work)
    return answer({"result": result, "id": ddoc, "name": name})


def _definition(body: dict[str, Json]) -> tuple[dict[str, Json], str, str]:
    """(definition, design document, name) asked for. Raises CouchError 400, 501."""
    index = body.get("index")
    if index is None:
        raise CouchError(400, "missing_required_key", "Missing required key: index")
    if body.get("type", "json") != "json":
        raise not_implemented("only indexes of type json are implemented")
    if not isinstance(index, dict) or not index.get("fields"):
        raise CouchError(400, "invalid_index", "Index is missing its definition.")
    names, descending = parse_sort(index["fields"])
    order = "desc" if descending else "asc"
    definition: dict[str, Json] = {"fields": dict.fromkeys(names, order)}
    if selector := index.get("partial_filter_selector"):
        normalize(selector)
        definition["partial_filter_selector"] = selector
    digest = sha1(dumps(definition), usedforsecurity=False).hexdigest()
    ddoc = _name(body, "ddoc", digest)
    return definition, "_design/" + ddoc.removeprefix("_design/"), _name(body, "name", digest)


def _name(body: dict[str, Json], key: str, default: str) -> str:
    name = body.get(key, default)
    if not isinstance(name, str):
        raise CouchError(400, "invalid_index_name", f"Invalid index name: {dumps(name).decode()}")
    if not name or name == "_design/":
        raise CouchError(400, "invalid_empty_string", "Index name or ddoc cannot be empty string")
    return name


def _add(tx: Transaction, definition: dict[str, Json], ddoc: str, name: str) -> str:
    body, revs = _design_document(tx.connection, ddoc)
    if body.setdefault("language", "query") != "query":
        raise CouchError(400, "invalid_index", "Invalid design document query language.")
    views = body.setdefault("views", {})
    if not isinstance(views, dict):
        raise CouchError(400, "invalid_index", "Invalid design document query language.")
    if _defines(views.get(name), definition):
        return "exists"
    fields = [{field: order} for field, order in definition["fields"].items()]
    options = {"def": {**definition, "fields": fields}}
    views[name] = {"map": definition, "reduce": "_count", "options": options}
    save(tx, Edit(ddoc, body, revs, raw=dumps(body)))
    return "created"


def _defines(view: Json, definition: dict[str, Json]) -> bool:
    return isinstance(view, dict) and dumps(view.get("map")) == dumps(definition)


def _design_document(
    connection: sqlite3.Connection, ddoc: str
) -> tuple[dict[str, Json], tuple[tuple[int, str], ...]]:
    doc = find_document(connection, ddoc)
    if doc is None or doc.winner.deleted:
        return {}, ()
    return loads(doc.winner.body), (parse_rev(doc.winner.rev),)


async def delete_index(node: Node, request: Request) -> Answer:
    """`DELETE /db/_index/<design document>/json/<name>`."""
    store = node.store(request)
    path = request.path[2:]
    if path[:1] == ["_design"]:
        path = path[1:]
    if len(path) != 3 or path[1] != "json":
        raise not_found()
    ddoc, name = "_design/" + path[0].removeprefix("_design/"), path[2]

    def work(tx: Transaction) -> None:
        _remove(tx, next((i for i in tx.indexes.all if (i.ddoc, i.name) == (ddoc, name)), None))

    await store.write(work)
    return answer({"ok": True})


def _remove(tx: Transaction, index: Index | None) -> None:
    if index is None:
        raise not_found()
    body, revs = _design_document(tx.connection, index.ddoc)
    del body["views"][index.name]
    save(tx, Edit(index.ddoc, body, revs, deleted=not body["views"], raw=dumps(body)))
