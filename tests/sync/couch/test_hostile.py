"""No request ends the process or is answered by 500."""

import json
import socket
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["_id", "_rev", "_deleted", "_attachments", "_revisions", "start", "ids", "docs",
                 "new_edits", "keys", "selector", "index", "fields", "sort", "limit", "skip",
                 "$and", "$or", "$not", "$in", "$elemMatch", "$gt", "$regex", "$mod", "a", "id",
                 "rev", "stub", "data", "content_type", "partial_filter_selector", "bookmark",
                 "use_index", "doc_ids", "views", "language", "map", "name", "ddoc"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip
METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "COPY", "PATCH", "OPTIONS"])
SEGMENTS = st.sampled_from(
    ["_all_docs", "_bulk_docs", "_bulk_get", "_changes", "_find", "_explain", "_index", "_design",
     "_local", "_revs_diff", "_missing_revs", "_security", "_revs_limit", "_compact", "_session",
     "_purge", "_purged_infos", "_purged_infos_limit", "_design_docs", "_local_docs", "queries",
     "_view_cleanup", "_view", "_info", "json", "a", "..", "."]
) | st.text(max_size=6)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(
        ["rev", "open_revs", "limit", "skip", "since", "startkey", "endkey", "keys", "key",
         "include_docs", "descending", "filter", "style", "new_edits", "latest", "revs",
         "attachments", "atts_since", "conflicts", "doc_ids", "count", "att_encoding_info",
         "local_seq", "revs_info", "meta", "update_seq", "inclusive_end", "heartbeat", "q"]
    ),
    st.sampled_from(["true", "false", "1", "-1", '"x"', "[]", '["1-a"]', "{", "now", "all", "null",
                     "_doc_ids", "_selector", "9" * 30, "all_docs"]) | st.text(max_size=5),
    max_size=3,
)  # fmt: skip
SERVER = st.sampled_from(
    ["_node", "_local", "_config", "_system", "_stats", "couchdb", "uuid", "_dbs_info", "_uuids",
     "_db_updates", "_membership", "_session", "_scheduler", "jobs", "docs", "_active_tasks",
     "_all_dbs", "_up", "_users", "_replicator", "_changes", "_all_docs", "no-such-db"]
) | st.text(max_size=6)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Range", "If-Range", "Accept", "Accept-Encoding", "If-None-Match", "If-Match", "Cookie",
         "Destination", "Content-Type", "Content-Encoding", "Last-Event-ID", "Authorization"]
    ),
    st.sampled_from(
        ["bytes=0-1", "bytes=-", "*/*;q=0", "multipart/mixed", "multipart/related;q=x", "gzip",
         "gzip;q=", '"x", *', "1-a", '"1-a"', "AuthSession=YTpiOmM=", "a?rev=1-a", "http://x/y",
         "multipart/related; boundary=b", "multipart/related", "application/json", "deflate",
         "Basic YTpi", "text/plain; charset=x", "0", "-"]
    ) | st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8),
    max_size=3,
)  # fmt: skip
PARTS = st.lists(
    st.sampled_from(
        [b"--b", b"--", b"\r\n", b"\r\n\r\n", b"Content-Type: application/json", b"{}", b"x" * 9,
         b'{"_attachments":{"p":{"follows":true,"length":3}}}', b"Content-Length: 3",
         b'{"_attachments":{"p":{"follows":true,"encoding":"gzip","digest":"md5-x"}}}']
    ) | st.binary(max_size=5),
    max_size=12,
).map(b"".join)  # fmt: skip
FEEDS = st.sampled_from(["normal", "longpoll", "continuous", "eventsource", "live", "x"])
RELAXED = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def send(
    target: Any,
    method: str,
    segments: list[str],
    query: dict[str, str],
    body: bytes,
    headers: dict[str, str] | None = None,
) -> None:
    """Ask a database or a server; whatever is asked, it is no failure."""
    path = "".join("/" + quote(segment, safe="") for segment in segments)
    if not segments and method == "DELETE":
        return
    headers = {"Content-Type": "application/json"} | (headers or {})
    answer = target.ask(method, path, params=query, data=body, headers=headers)
    assert answer.status_code not in (500, 503), answer.text
    if answer.status_code >= 400 and method != "HEAD":
        assert set(answer.json()) == {"error", "reason"}


@RELAXED
@given(
    method=METHODS,
    segments=st.lists(SEGMENTS, max_size=4),
    query=QUERIES,
    body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40),
)
def test_no_request_is_answered_by_a_failure(
    own: Any, method: str, segments: list[str], query: dict[str, str], body: bytes
) -> None:
    send(own, method, segments, query, body)


@RELAXED
@given(st.sampled_from(["_bulk_docs", "_find", "_index", "_revs_diff", "_bulk_get", "a"]), JSON)
def test_no_body_is_answered_by_a_failure(own: Any, path: str, value: Any) -> None:
    body = json.dumps(value).encode()
    send(own, "PUT" if path == "a" else "POST", [path], {}, body)
    for wrapped in ({"docs": [value]}, {"selector": value}, {"index": value}, {"docs": value}):
        send(own, "POST", [path], {}, json.dumps(wrapped).encode())


@RELAXED
@given(
    method=METHODS,
    segments=st.lists(SEGMENTS, max_size=3),
    query=QUERIES,
    headers=HEADERS,
    body=JSON.map(lambda value: json.dumps(value).encode()) | PARTS,
)
def test_no_header_is_answered_by_a_failure(
    own: Any,
    method: str,
    segments: list[str],
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
) -> None:
    send(own, method, segments, query, body, headers)


@RELAXED
@given(
    method=METHODS.filter(lambda method: method not in ("PUT", "DELETE")),
    segments=st.lists(SERVER, min_size=1, max_size=4),
    query=QUERIES,
    headers=HEADERS,
    feed=FEEDS,
)
def test_no_question_to_the_server_is_answered_by_a_failure(
    embedded: Any,
    method: str,
    segments: list[str],
    query: dict[str, str],
    headers: dict[str, str],
    feed: str,
) -> None:
    ending = {"feed": feed, "timeout": "1"}
    query = {name: value for name, value in query.items() if name != "heartbeat"} | ending
    send(embedded, method, segments, query, b"{}", headers)


@RELAXED
@given(body=PARTS, query=st.sampled_from([{}, {"new_edits": "false"}, {"rev": "1-a"}]))
def test_no_multipart_is_answered_by_a_failure(
    own: Any, body: bytes, query: dict[str, str]
) -> None:
    headers = {"Content-Type": "multipart/related; boundary=b"}
    send(own, "PUT", ["a"], query, body, headers)


@RELAXED
@given(query=QUERIES, feed=FEEDS, body=JSON.map(lambda value: json.dumps(value).encode()))
def test_no_feed_is_answered_by_a_failure(
    own: Any, query: dict[str, str], feed: str, body: bytes
) -> None:
    query = {name: value for name, value in query.items() if name != "heartbeat"}
    send(own, "POST", ["_changes"], query | {"feed": feed, "timeout": "1"}, body)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_end_the_process(embedded: Any, data: bytes) -> None:
    address = urlsplit(embedded.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(b"GET /" + data)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    assert embedded.process.poll() is None


@pytest.mark.parametrize("depth", [200, 300, 5000, 100_000])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_is_bounded(own: Any, depth: int, opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    body = b'{"a":' + opening * depth + b"1" + closing * depth + b"}"
    status = own.ask("PUT", "/deep", data=body).status_code
    assert status == (201 if depth == 200 else 400)
    selector = b'{"selector":' + body + b"}"
    headers = {"Content-Type": "application/json"}
    answer = own.ask("POST", "/_find", data=selector, headers=headers)
    assert answer.status_code == (200 if depth == 200 else 400)


def test_a_url_beyond_the_limit_is_refused(own: Any) -> None:
    assert own.error("GET", "/" + "x" * 40_000) == (414, "too_long")


def speak(url: str, data: bytes) -> bytes:
    """What a server says to bytes, once it has closed the connection or said its line."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        try:
            for start in range(0, len(data), 16_384):
                connection.sendall(data[start : start + 16_384])
        except OSError:
            return b"HTTP/1.1 400"
        return connection.recv(4096)


def test_a_head_beyond_the_limit_is_refused(embedded: Any) -> None:
    line = b"GET /_up HTTP/1.1\r\nHost: x\r\n"
    assert speak(embedded.url, line + b"A: " + b"x" * 8000 + b"\r\n\r\n").startswith(
        b"HTTP/1.1 200"
    )
    many = b"".join(b"A%d: xxxxxxxx\r\n" % n for n in range(8000))
    for head in (b"A: " + b"x" * 100_000 + b"\r\n\r\n", many + b"\r\n", b"A: " + b"x" * 2_000_000):
        assert speak(embedded.url, line + head).startswith(b"HTTP/1.1 400")
    assert embedded.ask("GET", "/_up").ok


def test_too_many_revisions_at_once_are_refused(own: Any) -> None:
    revs = [f"{n}-a" for n in range(1, 100_002)]
    assert own.error("POST", "/_revs_diff", json={"a": revs}) == (400, "bad_request")
    long = {"_revisions": {"start": 50_000, "ids": [str(n) for n in range(50_000)]}}
    assert own.ask("PUT", "/a?new_edits=false", json=long).status_code == 201
    assert len(own.get("/a?revs=true")["_revisions"]["ids"]) == 1000


def test_a_body_that_unpacks_beyond_the_limit_is_refused(own: Any) -> None:
    import gzip

    bomb = gzip.compress(b" " * 300_000_000, 1)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = own.error("POST", "/_bulk_docs", data=bomb, headers=headers)
    assert answer == (413, "too_large")
    answer = own.error("POST", "/_bulk_docs", data=bomb[:500], headers=headers)
    assert answer[0] in (400, 413)


def test_numbers_keep_their_value(own: Any) -> None:
    body = b'{"a":[1.0,1e2,123456789012345678901234567890,-0,9007199254740993]}'
    assert own.ask("PUT", "/n", data=body).status_code == 201
    assert own.get("/n")["a"] == [1.0, 100.0, 123456789012345678901234567890, 0, 9007199254740993]


def test_a_client_that_leaves_in_the_middle_harms_nobody(own: Any) -> None:
    address = urlsplit(own.server.url)
    for head in (b"PUT /x", b"GET /%s/_changes?feed=continuous" % own.name.encode()):
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(
                head + b" HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46c2VjcmV0\r\n"
                b"Content-Length: 1000\r\n\r\nhalf"
            )
    assert own.get("")["doc_count"] == 0
