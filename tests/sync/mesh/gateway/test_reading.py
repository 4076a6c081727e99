"""What peers see: halls all of it, a home its own ranges, whatever it asks."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from sync.mesh.identity.identity import Identity

AMINA, LUCIEN = "hamina23456", "hlucien7654"
Report = Callable[..., dict[str, Any]]


@pytest.fixture
def filled(gate: Any, hall: Identity, report: Report) -> Any:
    """A gate to a database with a report of each household, and one that was deleted."""
    assert gate.push(hall, "private", report(AMINA), report(LUCIEN)) == []
    gone = report(LUCIEN, "gone")
    gate.push(hall, "private", gone)
    standing = gate.database.get("private", gone["_id"])
    gate.database.delete("private", standing)
    return gate


def rows(answer: Any) -> set[str]:
    return {row["id"] for row in answer["results"]}


def test_a_hall_sees_all_but_design_documents(filled: Any, hall: Identity) -> None:
    status, found = filled.ask(hall, "GET", "/private/_changes?style=all_docs")
    assert status == 200
    ids = {f"{AMINA}:report:r1", f"{LUCIEN}:report:r1", f"{LUCIEN}:report:gone"}
    assert rows(found) == ids


@pytest.mark.parametrize("feed", ["normal", "longpoll"])
def test_a_home_sees_its_own_range_alone(filled: Any, amina: Identity, feed: str) -> None:
    _, found = filled.ask(amina, "GET", f"/private/_changes?feed={feed}")
    assert rows(found) == {f"{AMINA}:report:r1"}


def test_a_home_is_not_even_told_of_tombstones(filled: Any, amina: Identity) -> None:
    wish = {"selector": {"_deleted": True}}
    _, found = filled.ask(amina, "POST", "/private/_changes?filter=_selector", wish)
    assert rows(found) == set()


def test_a_selector_of_a_home_cannot_reach_further(filled: Any, amina: Identity) -> None:
    for selector in (
        {},
        {"_id": {"$gt": None}},
        {"$or": [{"kind": "report"}, {"_id": {"$gt": ""}}]},
    ):
        wish = {"selector": selector}
        _, found = filled.ask(amina, "POST", "/private/_changes?filter=_selector", wish)
        assert rows(found) == {f"{AMINA}:report:r1"}


def test_ids_named_by_a_home_are_looked_at(filled: Any, amina: Identity) -> None:
    wish = {"doc_ids": [f"{LUCIEN}:report:r1", f"{AMINA}:report:r1"]}
    _, found = filled.ask(amina, "POST", "/private/_changes?filter=_doc_ids", wish)
    assert rows(found) == {f"{AMINA}:report:r1"}


def test_a_continuous_feed_of_a_home_shows_its_own_alone(
    filled: Any, amina: Identity, hall: Identity, report: Report
) -> None:
    connection = filled.connect(amina)
    connection.request("GET", "/private/_changes?feed=continuous&heartbeat=500&since=now")
    answer = connection.getresponse()
    filled.push(hall, "private", report(LUCIEN, "r2"), report(AMINA, "r2"))
    line = b""
    while not line.strip():
        line = answer.readline()
    assert json.loads(line)["id"] == f"{AMINA}:report:r2"
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/private/{LUCIEN}:report:r1", None),
        ("HEAD", f"/private/{LUCIEN}:report:r1", None),
        ("GET", f"/private/{LUCIEN}%3Areport%3Ar1?open_revs=all&revs=true", None),
        ("GET", f"/private/{LUCIEN}:report:gone?open_revs=all", None),
        ("GET", f"/private/{LUCIEN}:report:r1?attachments=true", None),
        ("GET", "/private/_all_docs?include_docs=true", None),
        ("POST", "/private/_all_docs", {"keys": [f"{LUCIEN}:report:r1"]}),
        ("POST", "/private/_find", {"selector": {}}),
        ("POST", "/private/_changes?filter=_view", {}),
        ("GET", "/private//_all_docs", None),
        ("GET", "/private/_local_docs", None),
        ("GET", "/private/_design_docs", None),
        ("GET", "/private/_security", None),
        ("GET", "/accounts", None),
        ("GET", "/accounts/_changes", None),
        ("GET", "/accounts/person:plucien", None),
        ("POST", "/accounts/_bulk_get", {"docs": [{"id": "person:plucien"}]}),
        ("GET", "/status/_changes", None),
        ("GET", "/usage/_changes", None),
        ("GET", "/node/_changes", None),
        ("GET", "/_all_dbs", None),
        ("GET", "/_users/_all_docs", None),
        ("GET", "/_replicator/_all_docs", None),
        ("GET", "/_active_tasks", None),
    ],
)
def test_a_home_reads_nothing_of_others_on_any_route(
    filled: Any, amina: Identity, method: str, path: str, body: Any
) -> None:
    status, found = filled.ask(amina, method, path, body)
    assert status in (400, 404, 405)
    assert "lucien" not in json.dumps(found)


def test_answers_of_bulk_get_keep_number_and_order(filled: Any, amina: Identity) -> None:
    wish = [f"{LUCIEN}:report:r1", f"{AMINA}:report:r1", f"{LUCIEN}:report:gone", "x:report:none"]
    docs = {"docs": [{"id": id} for id in wish]}
    _, found = filled.ask(amina, "POST", "/private/_bulk_get?revs=true", docs)
    assert [row["id"] for row in found["results"]] == wish
    shown = [next(iter(row["docs"][0])) for row in found["results"]]
    assert shown == ["error", "ok", "error", "error"]
    assert "plucien" not in json.dumps(found)


def test_a_home_cannot_ask_which_revisions_others_have(filled: Any, amina: Identity) -> None:
    asked = {f"{LUCIEN}:report:r1": ["1-" + "a" * 32, "1-b"], f"{AMINA}:report:r1": ["1-b"]}
    _, found = filled.ask(amina, "POST", "/private/_revs_diff", asked)
    assert set(found) == {f"{AMINA}:report:r1"}


def test_how_much_there_is_is_not_told(filled: Any, amina: Identity) -> None:
    _, found = filled.ask(amina, "GET", "/private")
    assert not {"doc_count", "doc_del_count", "sizes"} & set(found)


def test_what_has_expired_is_served_to_nobody(gate: Any, hall: Identity, report: Report) -> None:
    document = {
        k: v for k, v in report(AMINA, "expired").items() if k not in ("_rev", "_revisions")
    }
    gate.database.put("private", document)
    _, found = gate.ask(hall, "GET", "/private/_changes")
    assert rows(found) == set()
    assert gate.ask(hall, "GET", f"/private/{document['_id']}")[0] == 404
    docs = {"docs": [{"id": document["_id"]}]}
    _, got = gate.ask(hall, "POST", "/private/_bulk_get", docs)
    assert "error" in got["results"][0]["docs"][0]


def test_a_stalled_handshake_costs_nobody_anything(filled: Any, hall: Identity) -> None:
    silent = [socket.create_connection(("127.0.0.1", filled.port)) for _ in range(20)]
    begun = time.monotonic()
    assert filled.ask(hall, "GET", "/")[0] == 200
    assert time.monotonic() - begun < 2
    for connection in silent:
        connection.close()


def test_a_peer_that_asks_without_end_is_told_to_wait(filled: Any, amina: Identity) -> None:
    connection = filled.connect(amina)
    for _ in range(2000):
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        if answer.status == 429:
            break
    connection.close()
    assert answer.status == 429
    assert filled.gateway.limits.turned_away
