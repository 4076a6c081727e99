"""`/db/_changes`: what happened since, once or as a feed."""

from sync.couch.changes import Feed, continuous, normal, parse_filter, parse_since
from sync.couch.errors import bad_query, bad_request
from sync.couch.handlers.options import LISTED, options_of
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, Response, Stream, etag
from sync.couch.store import last_seq
from sync.couch.wire import Json

_TIMEOUT = 60_000
_HEARTBEAT = 60_000


async def get(node: Node, request: Request) -> Answer:
    return _answer(node, request, {})


async def post(node: Node, request: Request) -> Answer:
    node.store(request)
    return _answer(node, request, await request.fields())


def _answer(node: Node, request: Request, body: dict[str, Json]) -> Answer:
    store = node.store(request)
    kind = request.query.get("feed", "normal")
    if kind not in ("normal", "longpoll", "continuous", "live", "eventsource"):
        raise bad_request("Supported `feed` types: normal, continuous, live, longpoll, eventsource")
    feed = Feed(
        store,
        parse_since(store, request.query.get("since", request.header(b"last-event-id") or "0")),
        _limit(request),
        request.flag("descending"),
        _style(request),
        request.flag("include_docs"),
        [name for name in options_of(request) if name in LISTED],
        parse_filter(request.query, body),
        seconds(request, "timeout", _TIMEOUT),
        heartbeat_of(request),
        lambda: node.databases.stopping,
        kind == "eventsource",
    )
    if feed.events:
        return Stream(continuous(feed), 200, {"Cache-Control": "no-cache"}, "text/event-stream")
    if kind != "normal":
        return Stream(normal(feed, True) if kind == "longpoll" else continuous(feed))
    tag = {"ETag": etag(store.seq(store.now(last_seq)))}
    if request.has(tag["ETag"]):
        return Response(b"", 304, tag)
    return Stream(normal(feed, False), 200, tag)


def _limit(request: Request) -> int | None:
    """CouchDB takes 0 for 1."""
    limit = request.number("limit")
    return None if limit is None else max(limit, 1)


def _style(request: Request) -> bool:
    style = request.query.get("style", "main_only")
    if style not in ("main_only", "all_docs"):
        raise bad_query(f"Invalid value for style: {style}")
    return style == "all_docs"


def seconds(request: Request, name: str, default: int) -> float:
    return min(request.number(name, default) or 0, 86_400_000) / 1000


def heartbeat_of(request: Request) -> float | None:
    value = request.query.get("heartbeat")
    if value in (None, "false"):
        return None
    if value == "true":
        return _HEARTBEAT / 1000
    return max(seconds(request, "heartbeat", _HEARTBEAT), 0.05)
