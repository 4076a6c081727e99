"""The feed of changes: rows by sequence, and the wait for the next one."""

import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import NamedTuple

from sync.couch.errors import bad_request, not_implemented
from sync.couch.mango.index import as_dict
from sync.couch.mango.match import matcher
from sync.couch.mango.selector import normalize
from sync.couch.store import Store, last_seq
from sync.couch.stored import COLUMNS, Stored, all_leaves, from_row, render
from sync.couch.wire import Json, dumps, loads

Filter = Callable[[Stored], bool]

_CHUNK = 500
"""Documents looked at before what was found is sent."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a client asked of `_changes`. Times in seconds."""

    store: Store
    since: int
    limit: int | None
    descending: bool
    all_leaves: bool
    docs: bool
    options: list[str]
    wanted: Filter | None
    timeout: float
    heartbeat: float | None
    stopping: Callable[[], bool]
    events: bool = False
    """Rows as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    def ended(self) -> bool:
        return self.store.closed or self.stopping()


class _Batch(NamedTuple):
    rows: list[bytes]
    last: int
    more: bool


def parse_since(store: Store, text: str) -> int:
    """The number to begin after. Raises CouchError 400."""
    text = text.strip('"')
    if text == "now":
        return store.now(last_seq)
    number = store.parse_seq(text)
    if number is None:
        raise bad_request(f"Malformed sequence supplied in 'since' parameter: {text}")
    return number


def parse_filter(query: dict[str, str], body: dict[str, Json]) -> Filter | None:
    """The filter a feed asks for. Raises CouchError 400, and 501 for one in JavaScript."""
    name = query.get("filter")
    if name is None:
        return None
    if name == "_design":
        return lambda doc: doc.id.startswith("_design/")
    if name == "_doc_ids":
        return _by_ids(body.get("doc_ids", loads(query.get("doc_ids", "null").encode())))
    if name == "_selector":
        return _by_selector(body.get("selector"))
    raise not_implemented(f"filter {name}: no JavaScript here")


def _by_ids(ids: Json) -> Filter:
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise bad_request("`doc_ids` filter parameter is not a list of doc ids.")
    wanted = frozenset(ids)
    return lambda doc: doc.id in wanted


def _by_selector(selector: Json) -> Filter:
    if selector is None:
        raise bad_request("filter=_selector needs a selector in the body")
    matches = matcher(normalize(selector))

    def wanted(doc: Stored) -> bool:
        found = as_dict(doc)
        if doc.winner.deleted:
            found["_deleted"] = True
        return matches(found)

    return wanted


async def normal(feed: Feed, longpoll: bool) -> AsyncGenerator[bytes, None]:
    """One answer; of a long poll, once there is something to say or time is over."""
    deadline = time.monotonic() + feed.timeout
    yield b'{"results":[\n'
    since, sent = feed.since, 0
    while True:
        batch = await _next(feed, since, sent)
        if batch.rows:
            yield (b",\n" if sent else b"") + b",\n".join(batch.rows)
        since, sent = batch.last, sent + len(batch.rows)
        if batch.more:
            continue
        if sent or not longpoll or feed.ended() or _is_over(feed, deadline):
            break
        if await _pause(feed, since, deadline):
            yield b"\n"
    yield b"\n]," + _end(feed, since)[1:]


async def continuous(feed: Feed) -> AsyncGenerator[bytes, None]:
    """A line for each change until the client leaves, the limit or the timeout is reached."""
    since, sent = feed.since, 0
    deadline = time.monotonic() + feed.timeout
    yield b""
    while feed.limit is None or sent < feed.limit:
        batch = await _next(feed, since, sent)
        since, sent = batch.last, sent + len(batch.rows)
        if batch.rows:
            yield _events(batch.rows) if feed.events else b"\n".join(batch.rows) + b"\n"
            deadline = time.monotonic() + feed.timeout
        if batch.more:
            continue
        if feed.ended() or _is_over(feed, deadline):
            break
        if await _pause(feed, since, deadline):
            yield b"event: heartbeat\ndata: \n\n" if feed.events else b"\n"
    if not feed.events:
        yield _end(feed, since)


def _events(rows: list[bytes]) -> bytes:
    # A row begins with {"seq":"…": what stands between the third and fourth quote.
    return b"".join(b'data: %b\nid: "%b"\n\n' % (row, row.split(b'"', 4)[3]) for row in rows)


def _is_over(feed: Feed, deadline: float) -> bool:
    """A feed with a heartbeat has no timeout."""
    return feed.heartbeat is None and time.monotonic() >= deadline


async def _pause(feed: Feed, since: int, deadline: float) -> bool:
    """Wait for a commit; True when only a heartbeat is due."""
    if feed.store.closed or feed.store.now(last_seq) > since:
        return False
    left = max(deadline - time.monotonic(), 0.0)
    came = await feed.store.wait(feed.heartbeat if feed.heartbeat is not None else left)
    return not came and feed.heartbeat is not None


def _end(feed: Feed, since: int) -> bytes:
    pending = 0 if feed.store.closed else feed.store.now(lambda c: _pending(c, since))
    pending = 0 if feed.descending else pending
    return dumps({"last_seq": feed.store.seq(since), "pending": pending}) + b"\n"


async def _next(feed: Feed, since: int, sent: int) -> _Batch:
    """The next rows after `since`, at most _CHUNK documents looked at."""
    if feed.store.closed:
        return _Batch([], since, False)
    if feed.docs or feed.wanted or feed.store.now(last_seq) - since > _CHUNK:
        return await feed.store.read(lambda connection: _read(feed, connection, since, sent))
    return feed.store.now(lambda connection: _read(feed, connection, since, sent))


def _read(feed: Feed, connection: sqlite3.Connection, since: int, sent: int) -> _Batch:
    rows: list[bytes] = []
    left = None if feed.limit is None else feed.limit - sent
    looked, last = 0, since
    for doc in _documents(feed, connection, since):
        looked += 1
        last = doc.seq
        if feed.wanted is None or feed.wanted(doc):
            rows.append(_row(feed, connection, doc))
            if len(rows) == left:
                return _Batch(rows, last, False)
    if looked < _CHUNK or feed.descending:
        return _Batch(rows, max(last, last_seq(connection)), False)
    return _Batch(rows, last, True)


def _documents(feed: Feed, connection: sqlite3.Connection, since: int) -> list[Stored]:
    if feed.descending:
        query = f"SELECT {COLUMNS} FROM docs WHERE seq > ? ORDER BY seq DESC LIMIT ?"
        limit = -1 if feed.limit is None or feed.wanted else feed.limit
    else:
        query = f"SELECT {COLUMNS} FROM docs WHERE seq > ? ORDER BY seq LIMIT ?"
        limit = _CHUNK
    return [from_row(row) for row in connection.execute(query, (since, limit))]


def _row(feed: Feed, connection: sqlite3.Connection, doc: Stored) -> bytes:
    revs = [doc.winner.rev]
    if feed.all_leaves:
        revs = [leaf.rev for leaf in all_leaves(connection, doc)]
    row: dict[str, Json] = {
        "seq": feed.store.seq(doc.seq),
        "id": doc.id,
        "changes": [{"rev": rev} for rev in revs],
    }
    if doc.winner.deleted:
        row["deleted"] = True
    if not feed.docs:
        return dumps(row)
    return dumps(row)[:-1] + b',"doc":' + render(connection, doc, doc.winner, feed.options) + b"}"


def _pending(connection: sqlite3.Connection, since: int) -> int:
    row = connection.execute("SELECT count(*) FROM docs WHERE seq > ?", (since,)).fetchone()
    return int(row[0])
