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
     "_purge", "_view", "json", "a", "..", "."]
) | st.text(max_size=6)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(
        ["rev", "open_revs", "limit", "skip", "since", "startkey", "endkey", "keys", "key",
         "include_docs", "descending", "filter", "style", "new_edits", "latest", "revs",
         "attachments", "atts_since", "conflicts", "doc_ids", "count", "timeout"]
    ),
    st.sampled_from(["true", "false", "1", "-1", '"x"', "[]", '["1-a"]', "{", "now", "all", "null",
                     "_doc_ids", "_selector", "9" * 30, "all_docs"]) | st.text(max_size=5),
    max_size=3,
)  # fmt: skip
RELAXED = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def send(db: Any, method: str, segments: list[str], query: dict[str, str], body: bytes) -> None:
    path = "".join("/" + quote(segment, safe="") for segment in segments)
    if not segments and method == "DELETE":
        return
    headers = {"Content-Type": "application/json"}
    answer = db.ask(method, path, params=query, data=body, headers=headers)
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


def test_a_body_that_unpacks_beyond_the_limit_is_refused(own: Any) -> None:
    import gzip

    bomb = gzip.compress(b" " * 100_000_000)
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
