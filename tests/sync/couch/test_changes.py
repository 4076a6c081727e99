"""Contract: the feed of changes."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def test_changes_come_in_order_one_for_each_document(db: Any) -> None:
    rev = db.put("a", {})
    db.put("b", {})
    rev = db.put("a", {"_rev": rev})
    found = db.get("/_changes")
    assert ids(found["results"]) == ["b", "a"]
    assert found["results"][1]["changes"] == [{"rev": rev}]
    assert found["results"][1]["seq"] == found["last_seq"]
    assert found["pending"] == 0


def test_changes_go_on_where_they_stopped(db: Any) -> None:
    for id in "abcd":
        db.put(id, {})
    first = db.get("/_changes?limit=2")
    assert (len(first["results"]), first["pending"]) == (2, 2)
    rest = db.get("/_changes", params={"since": first["last_seq"]})
    assert sorted(ids(first["results"]) + ids(rest["results"])) == list("abcd")
    assert db.get("/_changes?since=now")["results"] == []
    assert ids(db.get("/_changes?descending=true&limit=1")["results"]) == ["d"]


def test_changes_tell_deletions_documents_and_leaves(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-aaa", "n": 1}, {"_id": "a", "_rev": "1-bbb", "n": 2})
    rev = db.put("b", {})
    db.put("b", {"_rev": rev, "_deleted": True, "kind": "x"})
    one, two = db.get("/_changes?style=all_docs&include_docs=true")["results"]
    assert {change["rev"] for change in one["changes"]} == {"1-aaa", "1-bbb"}
    assert one["doc"]["n"] == 2
    assert two["deleted"] is True
    assert (two["doc"]["_deleted"], two["doc"]["kind"]) == (True, "x")


def test_changes_can_be_filtered(db: Any) -> None:
    for id in ("h1:a", "h1:b", "h2:a", "_design/d"):
        db.put(id, {"n": 1})
    rev = db.get("/h1:b")["_rev"]
    db.ask("DELETE", f"/h1:b?rev={rev}")
    selector = {"_id": {"$gte": "h1:", "$lt": "h1;"}}
    found = db.post("/_changes?filter=_selector", {"selector": selector})
    assert ids(found["results"]) == ["h1:a", "h1:b"]
    found = db.post("/_changes?filter=_doc_ids", {"doc_ids": ["h2:a", "none"]})
    assert ids(found["results"]) == ["h2:a"]
    assert ids(db.get("/_changes?filter=_design")["results"]) == ["_design/d"]


@pytest.mark.parametrize("query", ["feed=other", "since=x", "limit=x", "style=other"])
def test_a_bad_feed_is_refused(own: Any, query: str) -> None:
    assert own.ask("GET", f"/_changes?{query}").status_code == 400


def test_a_long_poll_ends_with_the_first_change(db: Any) -> None:
    db.put("old", {})
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(db.get, "/_changes?feed=longpoll&since=now&timeout=10000")
        time.sleep(0.2)
        db.put("new", {})
        assert ids(poll.result()["results"]) == ["new"]


def test_a_long_poll_waits_for_what_its_filter_lets_through(db: Any) -> None:
    path = "/_changes?feed=longpoll&since=now&timeout=10000&filter=_selector"
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(db.post, path, {"selector": {"kind": "wanted"}})
        time.sleep(0.2)
        db.put("a", {"kind": "other"})
        db.put("b", {"kind": "wanted"})
        assert ids(poll.result()["results"]) == ["b"]


def test_a_long_poll_ends_empty_when_its_time_is_over(db: Any) -> None:
    db.put("a", {})
    found = db.get("/_changes?feed=longpoll&since=now&timeout=100")
    assert found["results"] == []
    assert found["last_seq"]


def lines(db: Any, query: str) -> Iterator[bytes]:
    headers = {"Accept-Encoding": "identity"}
    with db.ask("GET", f"/_changes?feed=continuous&{query}", stream=True, headers=headers) as feed:
        yield from feed.iter_lines(chunk_size=1)


def rows(feed: Iterator[bytes]) -> Iterator[Any]:
    """The rows of a feed, heartbeats left out."""
    return (json.loads(line) for line in feed if line)


def test_a_continuous_feed_tells_each_change_as_it_happens(db: Any) -> None:
    db.put("a", {})
    feed = lines(db, "timeout=10000")
    changes = rows(feed)
    assert next(changes)["id"] == "a"
    db.put("b", {"n": 1})
    assert next(changes)["id"] == "b"
    feed.close()


def test_a_continuous_feed_beats_and_ends_at_its_limit(db: Any) -> None:
    feed = lines(db, "heartbeat=100&limit=1")
    assert next(feed) == b""
    db.put("a", {})
    row, end = rows(feed)
    assert row["id"] == "a"
    assert end["last_seq"]


def test_many_open_polls_do_not_stand_in_the_way(own: Any) -> None:
    path = f"/{own.name}/_changes?feed=longpoll&since=now&timeout=20000"
    answers: list[Any] = []

    def poll() -> None:
        answers.append(own.server.anonymous("GET", path, auth=own.server.session.auth).json())

    threads = [threading.Thread(target=poll) for _ in range(64)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    assert own.get("")["doc_count"] == 0
    assert answers == []
    own.put("a", {})
    for thread in threads:
        thread.join()
    assert [ids(answer["results"]) for answer in answers] == [["a"]] * 64


def test_a_sequence_of_another_database_begins_anew(own: Any) -> None:
    own.put("a", {})
    assert ids(own.get(f"/_changes?since=1-{'0' * 32}")["results"]) == ["a"]


def test_a_feed_ends_with_its_database(embedded: Any) -> None:
    embedded.ask("PUT", "/short-lived")
    with ThreadPoolExecutor() as pool:
        path = "/short-lived/_changes?feed=longpoll&since=now&timeout=20000"
        poll = pool.submit(embedded.anonymous, "GET", path, auth=embedded.session.auth)
        time.sleep(0.2)
        embedded.ask("DELETE", "/short-lived")
        assert poll.result().json()["results"] == []
