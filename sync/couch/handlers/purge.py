"""`/db/_purge` and what is remembered of it."""

from sync.couch import purge
from sync.couch.edits import Transaction
from sync.couch.errors import bad_request
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.revision import parse_rev
from sync.couch.wire import Json, loads

MAX_DOCUMENTS = 100
MAX_REVISIONS = 1000
"""In one request: CouchDB's `purge/max_document_id_number` and `purge/max_revisions_number`."""


async def post(node: Node, request: Request) -> Answer:
    store, wanted = node.store(request), await request.fields()
    if not all(isinstance(revs, list) for revs in wanted.values()):
        raise bad_request("Request body must be a JSON object of lists of revisions")
    purges = [(id, [parse_rev(rev) for rev in revs]) for id, revs in wanted.items()]
    if len(purges) > MAX_DOCUMENTS:
        raise bad_request("Exceeded maximum number of documents.")
    if sum(len(revs) for _, revs in purges) > MAX_REVISIONS:
        raise bad_request("Exceeded maximum number of revisions.")

    def work(tx: Transaction) -> dict[str, list[str]]:
        purge.remember(tx, purges)
        return {id: purge.purge(tx, id, revs) for id, revs in purges}

    return answer({"purge_seq": None, "purged": await store.write(work)}, 201)


async def infos(node: Node, request: Request) -> Answer:
    return answer({"purged_infos": await node.store(request).read(purge.remembered)})


async def infos_limit(node: Node, request: Request) -> Answer:
    return answer(node.store(request).meta("purged_infos_limit", purge.INFOS_LIMIT))


async def set_infos_limit(node: Node, request: Request) -> Answer:
    store, limit = node.store(request), loads(await request.body())
    if not _is_limit(limit):
        raise bad_request("`purge_infos_limit` must be positive integer")
    await store.set_meta("purged_infos_limit", limit)
    return answer({"ok": True})


def _is_limit(value: Json) -> bool:
    return type(value) is int and 0 < value < 2**31
