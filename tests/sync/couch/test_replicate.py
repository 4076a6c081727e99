"""Contract: replication, each server as its driver."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

AUTH = {"basic": {"username": "admin", "password": "secret"}}
PATIENCE = 30


def end(db: Any) -> dict[str, Any]:
    return {"url": f"{db.server.url}/{db.name}", "auth": AUTH}


def leaves(db: Any) -> dict[str, tuple[str, list[str]]]:
    """By document its winner and all its leaves."""
    rows = db.get("/_changes?style=all_docs")["results"]
    found = {row["id"]: [change["rev"] for change in row["changes"]] for row in rows}
    return {id: (revs[0], sorted(revs)) for id, revs in found.items()}


def eventually(holds: Callable[[], Any]) -> None:
    """Fails when it does not come to hold."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def other(db: Any) -> Iterator[Any]:
    """A second database on the same server."""
    second = type(db)(db.server, f"t-{uuid4().hex}")
    assert db.server.ask("PUT", f"/{second.name}?q=1").status_code in (201, 202)
    yield second
    db.server.ask("DELETE", f"/{second.name}")


@pytest.fixture
def ask(server: Any) -> Callable[..., Any]:
    """ask(source, target, **options): the answer of `_replicate`."""

    def send(source: Any, target: Any, **options: Any) -> Any:
        body = {"source": end(source), "target": end(target), **options}
        return server.ask("POST", "/_replicate", json=body)

    return send


def test_all_comes_over_conflicts_and_deletions_too(db: Any, other: Any, ask: Any) -> None:
    db.post("/_bulk_docs", {"docs": [{"_id": f"d{n:04}", "n": n} for n in range(450)]})
    db.graft({"_id": "d0001", "_rev": "1-aaa", "n": "a"}, {"_id": "d0001", "_rev": "1-bbb"})
    rev = db.get("/d0002")["_rev"]
    db.ask("DELETE", f"/d0002?rev={rev}")
    db.put("_design/words", {"views": {}})
    db.post("", {"_id": "a/b é", "n": "odd id"})
    told = ask(db, other).json()
    assert told["ok"]
    assert leaves(other) == leaves(db)
    assert other.get("/a%2Fb%20%C3%A9")["n"] == "odd id"
    (session,) = [each for each in told["history"] if each["session_id"] == told["session_id"]]
    assert session["doc_write_failures"] == 0
    assert session["docs_written"] == 454


def test_a_second_time_begins_where_the_first_ended(db: Any, other: Any, ask: Any) -> None:
    db.put("a", {})
    ask(db, other)
    assert ask(db, other).json().get("no_changes")
    db.put("b", {})
    told = ask(db, other).json()
    assert told["history"][0]["start_last_seq"] != 0
    assert leaves(other) == leaves(db)


def test_what_a_selector_or_a_list_of_ids_picks_comes_alone(db: Any, other: Any, ask: Any) -> None:
    db.post("/_bulk_docs", {"docs": [{"_id": id, "kind": id[0]} for id in ("a1", "a2", "b1")]})
    ask(db, other, selector={"_id": {"$gte": "a", "$lt": "b"}})
    assert set(leaves(other)) == {"a1", "a2"}
    ask(db, other, doc_ids=["b1", "none"])
    assert set(leaves(other)) == {"a1", "a2", "b1"}


def test_a_target_is_made_when_it_is_asked_for(db: Any, other: Any, ask: Any) -> None:
    db.put("a", {})
    other.server.ask("DELETE", f"/{other.name}")
    answer = ask(db, other)
    assert answer.status_code in (404, 500)
    assert "db_not_found" in answer.text
    assert ask(db, other, create_target=True).json()["ok"]
    assert set(leaves(other)) == {"a"}


def test_nonsense_is_refused(server: Any) -> None:
    for body in ({}, {"source": "a"}, {"source": 1, "target": "b"}):
        assert server.ask("POST", "/_replicate", json=body).status_code in (400, 404, 500), body


def test_a_continuous_one_goes_on_until_it_is_cancelled(db: Any, other: Any, ask: Any) -> None:
    db.put("a", {})
    assert ask(db, other, continuous=True).json()["ok"]
    eventually(lambda: "a" in leaves(other))
    db.put("b", {"n": 1})
    eventually(lambda: "b" in leaves(other))
    assert ask(db, other, continuous=True, cancel=True).json()["ok"]
    assert ask(db, other, continuous=True, cancel=True).status_code == 404
    db.put("c", {})
    time.sleep(0.3)
    assert "c" not in leaves(other)


def test_a_document_asks_for_a_replication_and_tells_of_it(
    server: Any, db: Any, other: Any
) -> None:
    assert server.ask("PUT", "/_replicator").status_code in (201, 202, 412)
    db.put("a", {})
    place = f"/_replicator/{uuid4().hex}"
    wish = {"source": end(db), "target": end(other)}
    assert server.ask("PUT", place, json=wish).status_code in (201, 202)
    eventually(lambda: server.ask("GET", place).json().get("_replication_state") == "completed")
    assert leaves(other) == leaves(db)
    told = server.ask("GET", "/_scheduler/docs" + place).json()
    assert (told["state"], told["error_count"]) == ("completed", 0)
    rev = server.ask("GET", place).json()["_rev"]
    server.ask("DELETE", f"{place}?rev={rev}")


def test_a_continuous_document_is_at_work_until_it_is_deleted(
    server: Any, db: Any, other: Any
) -> None:
    assert server.ask("PUT", "/_replicator").status_code in (201, 202, 412)
    id = uuid4().hex
    wish = {"source": end(db), "target": end(other), "continuous": True}
    rev = server.ask("PUT", f"/_replicator/{id}", json=wish).json()["rev"]
    db.put("a", {})
    eventually(lambda: "a" in leaves(other))

    def jobs() -> list[Any]:
        return [
            j for j in server.ask("GET", "/_scheduler/jobs").json()["jobs"] if j["doc_id"] == id
        ]

    (job,) = jobs()
    assert job["source"] == f"{end(db)['url']}/"
    assert "secret" not in str(job)
    tasks = server.ask("GET", "/_active_tasks").json()
    assert [task for task in tasks if task["doc_id"] == id]
    server.ask("DELETE", f"/_replicator/{id}?rev={rev}")
    eventually(lambda: not jobs())


def test_a_document_that_makes_no_sense_is_told_so(server: Any) -> None:
    assert server.ask("PUT", "/_replicator").status_code in (201, 202, 412)
    place = f"/_replicator/{uuid4().hex}"
    wish = {"source": end_of_nothing(), "target": end_of_nothing(), "doc_ids": 3}
    answer = server.ask("PUT", place, json=wish)
    if answer.status_code in (201, 202):  # CouchDB refuses it at once
        eventually(lambda: server.ask("GET", place).json().get("_replication_state") == "failed")


def end_of_nothing() -> dict[str, Any]:
    return {"url": "http://127.0.0.1:9/none", "auth": AUTH}


def test_a_continuous_one_outlives_the_death_of_its_source(
    embedded: Any, own: Any, launch: Any, tmp_path: Any, free_port: Callable[[], int]
) -> None:
    port = free_port()
    far = type(own)(type(embedded)(f"http://127.0.0.1:{port}"), "far")
    process = launch(tmp_path, port, "admin", "secret")
    eventually(lambda: answers(far.server))
    far.server.ask("PUT", "/far")
    far.put("a", {})
    wish = {"source": end(far), "target": end(own), "continuous": True}
    wish["checkpoint_interval"] = 100
    embedded.ask("POST", "/_replicate", json=wish)
    eventually(lambda: "a" in leaves(own))
    eventually(lambda: task_of(own)["checkpointed_source_seq"] != "0")
    process.kill()
    process.wait()
    launch(tmp_path, port, "admin", "secret")
    eventually(lambda: answers(far.server))
    far.put("b", {})
    eventually(lambda: leaves(own) == leaves(far))
    assert task_of(own)["docs_read"] == 1  # "a" did not come a second time
    embedded.ask("POST", "/_replicate", json={**wish, "cancel": True})


@pytest.mark.parametrize("anew", ["deleted first", "written over"])
def test_a_document_written_anew_is_taken_up_at_once(
    embedded: Any, own: Any, launch: Any, tmp_path: Any, free_port: Callable[[], int], anew: str
) -> None:
    assert embedded.ask("PUT", "/_replicator").status_code in (201, 412)
    port, place = free_port(), f"/_replicator/{uuid4().hex}"
    far = type(own)(type(embedded)(f"http://127.0.0.1:{port}"), "far")
    wish = {"source": end(far), "target": end(own), "continuous": True}
    rev = embedded.ask("PUT", place, json=wish).json()["rev"]

    def failures() -> int:
        told = embedded.ask("GET", "/_scheduler/docs" + place).json()
        return int(told.get("error_count", 0))

    eventually(lambda: failures() > 5)  # the next attempt is many seconds away
    launch(tmp_path, port, "admin", "secret")
    eventually(lambda: answers(far.server))
    far.server.ask("PUT", "/far")
    far.put("a", {})
    begun = time.monotonic()
    if anew == "deleted first":
        embedded.ask("DELETE", f"{place}?rev={rev}")
        rev = embedded.ask("PUT", place, json=wish).json()["rev"]
    else:
        rev = embedded.ask("PUT", f"{place}?rev={rev}", json=wish).json()["rev"]
    eventually(lambda: "a" in leaves(own))
    assert time.monotonic() - begun < 4
    embedded.ask("DELETE", f"{place}?rev={rev}")


def test_a_peer_that_comes_back_is_caught_up_with(
    embedded: Any, own: Any, launch: Any, tmp_path: Any, free_port: Callable[[], int]
) -> None:
    port = free_port()
    far = type(own)(type(embedded)(f"http://127.0.0.1:{port}"), "far")
    process = launch(tmp_path, port, "admin", "secret")
    eventually(lambda: answers(far.server))
    far.server.ask("PUT", "/far")
    wish = {"source": end(own), "target": end(far), "continuous": True}
    embedded.ask("POST", "/_replicate", json=wish)
    for n in range(3):
        process.kill()
        process.wait()
        own.put(f"a{n}", {})
        time.sleep(0.5)
        process = launch(tmp_path, port, "admin", "secret")
        eventually(lambda: answers(far.server))
        begun = time.monotonic()
        eventually(lambda: leaves(far) == leaves(own))
        assert time.monotonic() - begun < 5
    embedded.ask("POST", "/_replicate", json={**wish, "cancel": True})


def test_a_driver_killed_at_work_goes_on_where_it_was(own: Any, serve: Any, tmp_path: Any) -> None:
    own.post("/_bulk_docs", {"docs": [{"_id": f"d{n:05}", "t": "x" * 400} for n in range(8000)]})
    server = serve(tmp_path)
    for name in ("_replicator", "here"):
        server.ask("PUT", f"/{name}")
    wish = {"source": end(own), "target": "here", "checkpoint_interval": 50}
    server.ask("PUT", "/_replicator/r", json=wish)
    here = type(own)(server, "here")
    for most in (300, 2000, 5000):
        eventually(lambda most=most: here.get("")["doc_count"] > most)
        here.server.process.kill()
        here.server.process.wait()
        here.server = serve(tmp_path)
    eventually(lambda: here.server.ask("GET", "/_replicator/r").json().get("_replication_state"))
    assert leaves(here) == leaves(own)


def task_of(target: Any) -> dict[str, Any]:
    tasks = target.server.ask("GET", "/_active_tasks").json()
    (task,) = [task for task in tasks if task["target"] == f"{end(target)['url']}/"]
    found: dict[str, Any] = task
    return found


def answers(server: Any) -> bool:
    try:
        return bool(server.ask("GET", "/_up").ok)
    except OSError:
        return False


SIZES = {"small.bin": 3_000, "middle.txt": 300_000, "large.bin": 3_000_000}


def attached(db: Any, id: str) -> dict[str, tuple[str, int]]:
    """By name the digest and the length of a document's attachments."""
    found = db.get(f"/{id}")["_attachments"]
    return {name: (each["digest"], each["length"]) for name, each in found.items()}


def test_attachments_come_over_as_they_are(db: Any, other: Any, ask: Any) -> None:
    rev = db.put("a", {"n": 1})
    content = {}
    for name, size in SIZES.items():
        kind = "text/plain" if name.endswith("txt") else "application/octet-stream"
        content[name] = (b"Bonjour. " if kind == "text/plain" else bytes(range(256))) * (size // 9)
        headers = {"Content-Type": kind}
        answer = db.ask("PUT", f"/a/{name}?rev={rev}", data=content[name], headers=headers)
        rev = answer.json()["rev"]
    assert ask(db, other).json()["ok"]
    assert leaves(other) == leaves(db)
    assert attached(other, "a") == attached(db, "a")
    for name, data in content.items():
        assert other.ask("GET", f"/a/{name}").content == data


def test_an_attachment_that_is_there_need_not_come_again(db: Any, other: Any, ask: Any) -> None:
    rev = db.put("a", {"n": 1})
    headers = {"Content-Type": "image/jpeg"}
    rev = db.ask("PUT", f"/a/x.jpg?rev={rev}", data=b"x" * 5000, headers=headers).json()["rev"]
    ask(db, other)
    known = db.get("/a")
    db.put("a", {**known, "n": 2})
    told = ask(db, other).json()
    assert told["history"][0]["doc_write_failures"] == 0
    assert leaves(other) == leaves(db)
    assert other.ask("GET", "/a/x.jpg").content == b"x" * 5000


def test_each_of_two_leaves_brings_its_own_attachment(db: Any, other: Any, ask: Any) -> None:
    for rev in ("1-a", "1-b"):
        data = base64.b64encode(rev.encode() * 99).decode()
        photo = {"content_type": "image/jpeg", "revpos": 1, "data": data}
        db.graft({"_id": "torn", "_rev": rev, "_attachments": {"photo": photo}})
    ask(db, other)
    assert leaves(other) == leaves(db)
    for rev in ("1-a", "1-b"):
        assert other.ask("GET", f"/torn/photo?rev={rev}").content == rev.encode() * 99
