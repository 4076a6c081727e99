"""`/db/_revs_diff` and `/db/_missing_revs`: what of a peer's revisions is not here."""

import sqlite3

from sync.couch.errors import bad_request
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.revision import format_rev, parse_rev
from sync.couch.stored import find
from sync.couch.tree import leaves
from sync.couch.wire import Json

MAX_REVISIONS = 100_000
"""In one request; CouchDB is bounded by the body alone."""


async def diff(node: Node, request: Request) -> Answer:
    store, asked = node.store(request), _bounded(await request.fields())

    def read(connection: sqlite3.Connection) -> dict[str, Json]:
        found = {id: _compare(connection, id, revs) for id, revs in asked.items()}
        return {id: row for id, row in found.items() if row}

    return answer(await store.read(read))


async def missing(node: Node, request: Request) -> Answer:
    store, asked = node.store(request), _bounded(await request.fields())

    def read(connection: sqlite3.Connection) -> dict[str, Json]:
        found = {id: _compare(connection, id, revs) for id, revs in asked.items()}
        return {id: row["missing"] for id, row in found.items() if row}

    return answer({"missing_revs": await store.read(read)})


def _bounded(asked: dict[str, Json]) -> dict[str, Json]:
    """Raises CouchError 400 for more than MAX_REVISIONS, in the words CouchDB has for a purge."""
    if sum(len(revs) for revs in asked.values() if isinstance(revs, list)) > MAX_REVISIONS:
        raise bad_request("Exceeded maximum number of revisions.")
    return asked


def _compare(connection: sqlite3.Connection, id: str, revs: Json) -> dict[str, Json]:
    """What of `revs` is missing, and the leaves it may descend from; empty when nothing is."""
    if not isinstance(revs, list):
        raise bad_request("Request body must be a JSON object of lists of revisions")
    asked = [parse_rev(rev) for rev in revs]
    doc = find(connection, id)
    tree = doc.tree if doc else {}
    absent = [rev for rev in asked if rev not in tree]
    if not absent:
        return {}
    row: dict[str, Json] = {"missing": [format_rev(rev) for rev in absent]}
    newest = max(generation for generation, _ in absent)
    if ancestors := sorted(rev for rev in leaves(tree) if rev[0] < newest):
        row["possible_ancestors"] = [format_rev(rev) for rev in ancestors]
    return row
