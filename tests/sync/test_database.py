"""The client of a node's databases, against a real server.

It is the embedded one, or the one that COUCH_REF_URL names (administrator admin:secret).
"""

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
import requests

from sync.database import INDEXES, Change, Database, Result
from sync.documents.kind import Document
from sync.errors import Conflict, Forbidden, SyncError, TimedOut, Unreachable


@pytest.fixture
def access(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    """The server's URL, its administrator's name and password."""
    url = os.environ.get("COUCH_REF_URL")
    if url is not None:
        return url, "admin", "secret"
    couch = request.getfixturevalue("couch")
    return couch.url, couch.name, couch.password


@pytest.fixture
def database(access: tuple[str, str, str]) -> Database:
    """Empty databases with their indexes."""
    for name in INDEXES:
        requests.delete(f"{access[0]}/{name}", auth=access[1:], timeout=10)
    fresh = Database(*access)
    fresh.create_all()
    return fresh


def notice(key: str, text: str = "Bonjour", **more: object) -> Document:
    return {"_id": f"notice:{key}", "kind": "notice", "v": 1, "text": text, **more}


def test_every_database_is_made_and_made_again_without_harm(database: Database) -> None:
    database.put("estate", notice("1"))
    database.create_all()
    assert all(database.range(name, "a", "b") == [] for name in INDEXES)
    assert database.get("estate", "notice:1")


def test_what_was_put_is_got_and_what_is_not_there_is_none(database: Database) -> None:
    rev = database.put("estate", notice("1", "Ça va\u00a0? مرحبا 🙂"))
    found = database.get("estate", "notice:1")
    assert found == {**notice("1", "Ça va\u00a0? مرحبا 🙂"), "_rev": rev}
    assert database.get("estate", "notice:2") is None


def test_ids_with_every_sign_our_keys_hold_come_back(database: Database) -> None:
    for id in ("h1:event:r1.planned", "metoo:f1:h1", "place:figuiers-b", "verifier:h1:p_1"):
        database.put("private", {"_id": id})
        assert database.get("private", id) is not None


def test_the_same_form_sent_twice_is_success_and_other_content_a_conflict(
    database: Database,
) -> None:
    rev = database.put("estate", notice("1"))
    assert database.put("estate", notice("1")) == rev
    with pytest.raises(Conflict):
        database.put("estate", notice("1", "Autre"))
    assert database.get("estate", "notice:1") == {**notice("1"), "_rev": rev}


def test_an_edit_from_an_old_revision_is_a_conflict(database: Database) -> None:
    first = database.put("estate", notice("1"))
    database.put("estate", notice("1", "Deux", _rev=first))
    with pytest.raises(Conflict):
        database.put("estate", notice("1", "Trois", _rev=first))


def test_a_bulk_write_judges_each_document_alone(database: Database) -> None:
    rev = database.put("estate", notice("1"))
    database.put("estate", notice("2"))
    results = database.bulk("estate", [notice("1"), notice("2", "Autre"), notice("3")])
    assert results[0] == Result("notice:1", rev, None)
    assert (results[1].id, results[1].error) == ("notice:2", "conflict")
    assert results[2].error is None
    assert database.bulk("estate", []) == []


def test_many_come_in_the_order_asked_for(database: Database) -> None:
    for key in ("1", "2", "3"):
        database.put("estate", notice(key))
    database.delete("estate", database.get("estate", "notice:2") or {})
    found = database.many("estate", ["notice:3", "notice:2", "notice:9", "notice:1"])
    assert [doc and doc["_id"] for doc in found] == ["notice:3", None, None, "notice:1"]
    assert database.many("estate", []) == []


def test_a_range_leaves_its_end_out_both_ways(database: Database) -> None:
    database.bulk("estate", [{"_id": id} for id in ("a:1", "a:2", "a:3", "a;", "b:1")])

    def ids(**options: object) -> list[str]:
        return [doc["_id"] for doc in database.range("estate", "a:", "a;", **options)]  # type: ignore[arg-type]

    assert ids() == ["a:1", "a:2", "a:3"]
    assert ids(descending=True) == ["a:3", "a:2", "a:1"]
    assert ids(limit=2) == ["a:1", "a:2"]
    assert ids(limit=2, descending=True) == ["a:3", "a:2"]
    assert ids(skip=1, limit=1) == ["a:2"]


def test_a_selector_finds_by_date_newest_first(database: Database) -> None:
    days = ["2026-11-20", "2026-11-22", "2026-11-21"]
    database.bulk("estate", [notice(day, at=f"{day}T10:00:00.000Z") for day in days])
    database.put("estate", {"_id": "works:1", "kind": "works", "at": "2026-11-23T10:00:00.000Z"})
    found = database.find(
        "estate",
        {"kind": "notice", "at": {"$gt": "2026-11-20T11"}},
        sort=[{"kind": "desc"}, {"at": "desc"}],
    )
    assert [doc["at"][:10] for doc in found] == ["2026-11-22", "2026-11-21"]


def test_a_deleted_document_keeps_what_selectors_need(
    database: Database, access: tuple[str, str, str]
) -> None:
    database.put("estate", notice("1", audience="public", **{"from": "n-1.a"}))
    found = database.get("estate", "notice:1") or {}
    database.delete("estate", found)
    assert database.get("estate", "notice:1") is None
    rows = requests.get(
        f"{access[0]}/estate/_changes?include_docs=true", auth=access[1:], timeout=10
    ).json()["results"]
    [grave] = [row["doc"] for row in rows if row["id"] == "notice:1"]
    assert (grave["_deleted"], grave["kind"], grave["audience"]) == (True, "notice", "public")
    assert (grave["from"], "text" in grave) == ("n-1.a", False)


def test_edits_that_met_are_all_leaves_and_deleted_ones_are_not(
    database: Database, access: tuple[str, str, str]
) -> None:
    def leaf(rev: str, **fields: object) -> Document:
        return {"_id": "notice:1", "_rev": rev, "kind": "notice", **fields}

    docs = [leaf("1-a", text="a"), leaf("1-b", text="b"), leaf("1-c", _deleted=True)]
    requests.post(
        f"{access[0]}/estate/_bulk_docs",
        json={"docs": docs, "new_edits": False},
        auth=access[1:],
        timeout=10,
    ).raise_for_status()
    leaves = database.leaves("estate", "notice:1")
    assert [(doc["_rev"], doc["text"]) for doc in leaves] == [("1-b", "b"), ("1-a", "a")]
    assert database.leaves("estate", "notice:2") == []


def test_a_photo_is_put_on_its_document_and_read_back(database: Database) -> None:
    photo = b"\xff\xd8" + bytes(range(256)) * 40
    rev = database.put("private-media", {"_id": "h1:photo:r1.1", "kind": "photo"})
    after = database.attach("private-media", "h1:photo:r1.1", rev, "photo.jpg", photo, "image/jpeg")
    assert after.startswith("2-")
    assert database.attachment("private-media", "h1:photo:r1.1", "photo.jpg") == photo
    assert database.attachment("private-media", "h1:photo:r1.1", "small.jpg") is None
    assert database.attachment("private-media", "h1:photo:r2.1", "photo.jpg") is None


def test_changes_come_as_they_happen(database: Database) -> None:
    database.put("estate", notice("1"))
    changes: queue.Queue[Change] = queue.Queue()

    def follow() -> None:
        with suppress(SyncError):  # the next test takes the database away
            for change in database.follow("estate", "0"):
                changes.put(change)

    threading.Thread(target=follow, daemon=True).start()
    before = {changes.get(timeout=30).id for _ in range(len(INDEXES["estate"]) + 1)}
    assert "notice:1" in before
    database.put("estate", notice("2", "Nouveau"))
    change = changes.get(timeout=30)
    assert (change.id, change.deleted) == ("notice:2", False)
    assert change.document is not None
    assert change.document["text"] == "Nouveau"


def test_a_wrong_password_is_forbidden(access: tuple[str, str, str]) -> None:
    stranger = Database(access[0], "stranger", "wrong")
    with pytest.raises(Forbidden):
        stranger.get("estate", "notice:1")


def test_a_server_that_is_not_there_is_unreachable(free_port: Callable[[], int]) -> None:
    nowhere = Database(f"http://127.0.0.1:{free_port()}", "a", "b")
    assert not nowhere.up()
    with pytest.raises(Unreachable):
        nowhere.get("estate", "notice:1")
    with pytest.raises(Unreachable):
        nowhere.bulk("estate", [notice("1")])


def test_a_server_that_is_there_is_up(database: Database) -> None:
    assert database.up()
    assert issubclass(TimedOut, Unreachable)
