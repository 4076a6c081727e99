"""The allow-list: what is not replication does not exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.mesh.errors import Refusal
from sync.mesh.gateway.calls import DATABASES, What, parse


@pytest.mark.parametrize(
    ("method", "target", "what"),
    [
        ("GET", "/", What.ROOT),
        ("GET", "/private", What.INFO),
        ("HEAD", "/private/", What.INFO),
        ("GET", "/private/_changes?feed=continuous&since=0", What.CHANGES),
        ("POST", "/private/_changes?filter=_selector", What.CHANGES),
        ("POST", "/private/_revs_diff", What.REVS_DIFF),
        ("POST", "/private/_bulk_get?revs=true", What.BULK_GET),
        ("POST", "/private/_bulk_docs", What.BULK_DOCS),
        ("POST", "/private/_ensure_full_commit", What.COMMIT),
        ("GET", "/private/_local/4f2a", What.READ_LOCAL),
        ("PUT", "/private/_local/4f2a%2Bcontinuous", What.WRITE_LOCAL),
        ("GET", "/private/h1:report:r1?rev=1-a", What.READ),
        ("GET", "/private/h1%3Areport%3Ar1", What.READ),
        ("PUT", "/private-media/h1:photo:r1.1?new_edits=false", What.WRITE),
    ],
)
def test_replication_is_understood(method: str, target: str, what: What) -> None:
    assert parse(method, target).what is what


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/_all_dbs"),
        ("GET", "/_users/_all_docs"),
        ("POST", "/_replicate"),
        ("GET", "/node/session:x"),
        ("PUT", "/private"),
        ("DELETE", "/private"),
        ("GET", "/private/_all_docs"),
        ("POST", "/private/_find"),
        ("GET", "/private//_all_docs"),
        ("GET", "//private/_all_docs"),
        ("GET", "/private/%2F_all_docs"),
        ("GET", "/private/_design/by-date"),
        ("GET", "/private/_design%2Fby-date"),
        ("GET", "/private/_security"),
        ("POST", "/private/_purge"),
        ("POST", "/private/_compact"),
        ("DELETE", "/private/h1:report:r1"),
        ("GET", "/private/h1:photo:1/photo.jpg"),
        ("GET", "/private/..%2F..%2F_users"),
        ("GET", "/private/h1:report:r1%00"),
        ("GET", "/private/%C3%28"),
        ("GET", "/private/_local/a%2Fb"),
        ("GET", "private"),
        ("OPTIONS", "/private"),
        ("GET", "http://elsewhere/private"),
    ],
)
def test_anything_else_does_not_exist(method: str, target: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(method, target)
    assert refused.value.status in (404, 405)


@given(
    st.text(alphabet="/%2Fe.:_?&=abc\x00 é", max_size=40), st.sampled_from(["GET", "POST", "PUT"])
)
def test_what_is_asked_of_the_database_is_always_built_anew(tail: str, method: str) -> None:
    try:
        call = parse(method, f"/private/{tail}")
    except Refusal:
        return
    path = call.path()
    assert parse(method, path) == call
    assert path.split("?")[0].split("/")[1] in DATABASES
    assert "//" not in path.partition("?")[0]


def test_only_what_replication_asks_goes_on_in_a_query() -> None:
    call = parse("GET", "/private/_changes?since=3&include_docs=true&filter=_view&view=a")
    assert dict(call.query) == {"since": "3", "filter": "_view"}


def test_a_parameter_that_comes_twice_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        parse("GET", "/private/_changes?filter=_selector&filter=_design")
    assert refused.value.status == 400
