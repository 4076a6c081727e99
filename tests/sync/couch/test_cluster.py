"""Contract: the node, its databases as a whole, and what happens to them."""

import json
import threading
import time
from typing import Any
from uuid import uuid4

import pytest


def test_a_node_names_itself(server: Any) -> None:
    nodes = server.ask("GET", "/_membership").json()
    assert len(nodes["all_nodes"]) == 1
    assert nodes["all_nodes"] == nodes["cluster_nodes"]
    assert server.ask("GET", "/_node/_local").json() == {"name": nodes["all_nodes"][0]}
    assert server.ask("GET", "/_node/nobody@nowhere").status_code == 404


def test_settings_can_be_read_one_by_one(server: Any) -> None:
    assert server.ask("GET", "/_node/_local/_config").json()["couchdb"]["uuid"]
    uuid = server.ask("GET", "/_node/_local/_config/couchdb/uuid").json()
    assert uuid == server.ask("GET", "/").json()["uuid"]
    unknown = server.ask("GET", "/_node/_local/_config/couchdb/nothing")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "not_found")


def test_no_secret_is_among_the_settings(embedded: Any) -> None:
    config = embedded.ask("GET", "/_node/_local/_config").text
    assert "secret" not in config
    assert "admin:" not in config
    assert embedded.ask("PUT", "/_node/_local/_config/a/b", data='"x"').status_code == 405


def test_a_node_says_how_long_it_runs(server: Any) -> None:
    assert server.ask("GET", "/_node/_local/_system").json()["uptime"] >= 0


def test_many_databases_are_described_at_once(server: Any, db: Any) -> None:
    db.put("a", {})
    rows = server.ask("POST", "/_dbs_info", json={"keys": [db.name, "no-such"]}).json()
    assert rows[0]["key"] == db.name
    assert rows[0]["info"]["doc_count"] == 1
    assert rows[1] == {"key": "no-such", "error": "not_found"}
    assert db.name in {row["key"] for row in server.ask("GET", "/_dbs_info").json()}
    assert server.ask("POST", "/_dbs_info", json={}).status_code == 400


def test_views_are_cleaned_up(db: Any) -> None:
    headers = {"Content-Type": "application/json"}
    assert db.ask("POST", "/_view_cleanup", headers=headers).json() == {"ok": True}


def events(server: Any, query: str = "") -> Any:
    answer = server.ask("GET", "/_db_updates" + query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_happens_to_databases_is_told(embedded: Any) -> None:
    since = events(embedded)["last_seq"]
    name = f"t-{uuid4().hex}"
    embedded.ask("PUT", f"/{name}")
    embedded.ask("PUT", f"/{name}/a", json={})
    embedded.ask("PUT", f"/{name}/_local/a", json={})
    embedded.ask("DELETE", f"/{name}")
    told = events(embedded, f"?since={since}")
    assert [row["type"] for row in told["results"]] == ["created", "updated", "deleted"]
    assert {row["db_name"] for row in told["results"]} == {name}
    assert events(embedded, f"?since={told['last_seq']}")["results"] == []
    assert len(events(embedded, f"?since={since}&limit=1")["results"]) == 1


def test_who_waits_is_told_at_once(embedded: Any) -> None:
    name = f"t-{uuid4().hex}"
    timer = threading.Timer(0.3, embedded.ask, ["PUT", f"/{name}"])
    timer.start()
    told = events(embedded, "?feed=longpoll&since=now&timeout=15000")
    assert [(row["db_name"], row["type"]) for row in told["results"]] == [(name, "created")]
    timer.join()
    embedded.ask("DELETE", f"/{name}")


def test_who_follows_gets_a_line_for_each(embedded: Any) -> None:
    name = f"t-{uuid4().hex}"
    query = "/_db_updates?feed=continuous&since=now&heartbeat=100"
    with embedded.ask("GET", query, stream=True) as answer:
        embedded.ask("PUT", f"/{name}")
        lines = (line for line in answer.iter_lines() if line)
        assert json.loads(next(lines))["type"] == "created"
        embedded.ask("DELETE", f"/{name}")
        assert json.loads(next(lines))["type"] == "deleted"


def test_a_feed_of_another_process_begins_anew(embedded: Any, own: Any) -> None:
    own.put("a", {})
    names = {row["db_name"] for row in events(embedded, "?since=999999-0123")["results"]}
    assert own.name in names
    assert embedded.ask("GET", "/_db_updates?since=x").status_code == 400


@pytest.mark.parametrize("path", ["/_node/_local/_stats", "/_reshard", "/_node/_local/_restart"])
def test_what_a_single_node_has_not_is_said_so(embedded: Any, path: str) -> None:
    answer = embedded.ask("GET", path)
    assert (answer.status_code, answer.json()["error"]) == (501, "not_implemented")


def test_an_event_source_sends_events(db: Any) -> None:
    db.put("a", {"n": 1})
    db.put("b", {})
    query = "/_changes?feed=eventsource&limit=2&include_docs=true&heartbeat=1000"
    with db.ask("GET", query, stream=True) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        found = [line for line in (next(lines) for _ in range(6)) if line]
    data = [json.loads(line.removeprefix(b"data: ")) for line in found if b"data: " in line]
    assert [row["id"] for row in data] == ["a", "b"]
    assert data[0]["doc"]["n"] == 1
    ids = [json.loads(line.removeprefix(b"id: ")) for line in found if line.startswith(b"id: ")]
    assert ids == [row["seq"] for row in data]


def test_an_event_source_goes_on_from_the_last_event(db: Any) -> None:
    db.put("a", {})
    seq = db.get("/_changes")["last_seq"]
    db.put("b", {})
    headers = {"Last-Event-ID": seq}
    query = "/_changes?feed=eventsource&limit=1&heartbeat=1000"
    with db.ask("GET", query, headers=headers, stream=True) as answer:
        line = next(line for line in answer.iter_lines() if line.startswith(b"data: {"))
    assert json.loads(line[6:])["id"] == "b"


def test_an_event_source_that_has_nothing_to_say_beats(db: Any) -> None:
    query = "/_changes?feed=eventsource&since=now&heartbeat=100"
    begun = time.monotonic()
    with db.ask("GET", query, stream=True) as answer:
        assert next(line for line in answer.iter_lines() if line) == b"event: heartbeat"
    assert time.monotonic() - begun < 10
