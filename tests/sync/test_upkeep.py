"""Whole databases: walked by pages, leaf by leaf, purged, compacted.

On the embedded database, or the one that COUCH_REF_URL names (administrator admin:secret).
"""

import os
from typing import Any

import pytest
import requests

from sync import upkeep
from sync.database import INDEXES, Database
from sync.documents.kind import Document


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    """Empty databases."""
    url = os.environ.get("COUCH_REF_URL")
    if url is None:
        embedded: Database = request.getfixturevalue("database")
        return embedded
    for name in INDEXES:
        requests.delete(f"{url}/{name}", auth=("admin", "secret"), timeout=10)
    fresh = Database(url, "admin", "secret")
    fresh.create_all()
    return fresh


def note(key: str, **more: Any) -> Document:
    return {"_id": f"h1:note:{key}", "kind": "note", **more}


def apart(database: Database, id: str, rev: str, **more: Any) -> None:
    """Write a first revision that another node has made of the same document."""
    upkeep.graft(database, "private", [{"_id": id, "_rev": rev, **more}])


def test_a_walk_meets_each_document_once_though_what_it_gave_is_purged(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "PAGE", 3)
    ids = [f"h{n}:note:a" for n in range(8)]
    database.bulk("private", [{"_id": id} for id in ids])
    met = []
    for page in upkeep.walk(database, "private"):
        met += [document["_id"] for document in page]
        upkeep.forget(database, "private", [document["_id"] for document in page])
    assert met == ids
    assert database.range("private", "a", "z") == []


def test_a_walk_stays_within_its_range(database: Database) -> None:
    database.bulk("private", [{"_id": id} for id in ("h1:a:1", "h1:b:2", "h1;", "h2:a:1")])
    found = [d["_id"] for page in upkeep.walk(database, "private", "h1:", "h1;") for d in page]
    assert found == ["h1:a:1", "h1:b:2"]


def test_rows_tell_of_tombstones_and_of_how_many_leaves_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "PAGE", 2)
    for key in "abc":
        database.put("private", note(key, word=key))
    database.delete("private", database.get("private", "h1:note:a") or {})
    apart(database, "h1:note:b", "1-bb", word="other")
    found = {row.id[-1]: row for page in upkeep.rows(database, "private") for row in page}
    assert {key: row.leaves for key, row in found.items()} == {"a": 1, "b": 2, "c": 1}
    assert found["a"].winner["_deleted"]
    assert found["c"].winner["word"] == "c"


def test_every_leaf_is_read_deleted_ones_too(database: Database) -> None:
    rev = database.put("private", note("a", word="here"))
    apart(database, "h1:note:a", "1-bb", word="there")
    database.delete("private", {**note("a"), "_rev": rev})
    found = upkeep.leaves(database, "private", ["h1:note:a", "h1:note:z"])
    (both,) = found.values()
    assert sorted((leaf.get("word", ""), leaf.get("_deleted", False)) for leaf in both) == [
        ("", True),
        ("there", False),
    ]
    assert upkeep.leaves(database, "private", []) == {}


def test_what_is_purged_is_gone_with_all_its_leaves_and_can_be_made_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "MOST", 2)
    for key in "abcde":
        database.put("private", note(key))
        apart(database, f"h1:note:{key}", "1-bb", word="there")
    ids = [f"h1:note:{key}" for key in "abcdz"]
    assert upkeep.forget(database, "private", ids) == 4
    assert [row.id for page in upkeep.rows(database, "private") for row in page] == ["h1:note:e"]
    database.put("private", note("a"))
    assert database.get("private", "h1:note:a")


def test_one_leaf_may_be_purged_and_the_others_stay(database: Database) -> None:
    rev = database.put("private", note("a", word="here"))
    apart(database, "h1:note:a", "1-bb", word="there")
    assert upkeep.purge(database, "private", {"h1:note:a": [rev], "h1:note:z": [rev]}) == 1
    assert [leaf["word"] for leaf in database.leaves("private", "h1:note:a")] == ["there"]


def test_a_purge_is_told_by_a_sequence_of_its_own(database: Database) -> None:
    before = upkeep.state(database, "private")
    database.put("private", note("a"))
    written = upkeep.state(database, "private")
    assert written.purge_seq == before.purge_seq
    assert written.update_seq != before.update_seq
    upkeep.forget(database, "private", ["h1:note:a"])
    assert upkeep.state(database, "private").purge_seq != before.purge_seq


def test_what_was_purged_is_told_unless_it_was_made_anew_or_is_too_much(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upkeep.purged(database, "private") == []
    for key in "abc":
        database.put("private", note(key))
    upkeep.forget(database, "private", [f"h1:note:{key}" for key in "abc"])
    database.put("private", note("b"))
    assert upkeep.purged(database, "private") == ["h1:note:a", "h1:note:c"]
    monkeypatch.setattr(upkeep, "REMEMBERED", 3)
    assert upkeep.purged(database, "private") is None


def test_deletions_are_read_on_from_where_the_last_look_ended(database: Database) -> None:
    for key in "abc":
        database.put("private", note(key))
    database.delete("private", database.get("private", "h1:note:a") or {})
    ((ids, since),) = upkeep.buried(database, "private", "0")
    assert ids == ["h1:note:a"]
    database.delete("private", database.get("private", "h1:note:c") or {})
    ((ids, _),) = upkeep.buried(database, "private", since)
    assert ids == ["h1:note:c"]


def test_a_leaf_is_written_back_with_its_photo_and_its_history(database: Database) -> None:
    database.put("private", note("a"))
    rev = database.put("private", {**(database.get("private", "h1:note:a") or {}), "word": "two"})
    database.attach("private", "h1:note:a", rev, "photo.jpg", b"\xff\xd8 pixels", "image/jpeg")
    (leaf,) = upkeep.leaves(database, "private", ["h1:note:a"], whole=True)["h1:note:a"]
    upkeep.drop(database, "private")
    database.create_all()
    upkeep.graft(database, "private", [leaf])
    assert (database.get("private", "h1:note:a") or {})["_rev"] == leaf["_rev"]
    assert database.attachment("private", "h1:note:a", "photo.jpg") == b"\xff\xd8 pixels"


def test_compaction_is_asked_for(database: Database) -> None:
    upkeep.compact(database, "private")
    assert database.up()


def test_the_place_of_a_document_in_the_changes_goes_on_with_each_edit(database: Database) -> None:
    ids = ["h1:note:a", "h1:note:b", "h1:note:z"]
    rev = database.put("private", note("a"))
    database.put("private", note("b"))
    before = upkeep.places(database, "private", ids)
    database.put("private", note("a", word="two", _rev=rev))
    after = upkeep.places(database, "private", ids)
    if not before:
        pytest.skip("a database in several shards")
    assert before.keys() == after.keys() == {"h1:note:a", "h1:note:b"}
    assert before["h1:note:a"] < before["h1:note:b"] == after["h1:note:b"] < after["h1:note:a"]


def test_of_a_database_in_several_shards_no_place_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.put("private", note("a"))
    told = database.client.get_database_information(db="private")
    told.result["cluster"]["q"] = 2
    monkeypatch.setattr(database.client, "get_database_information", lambda **_: told)
    assert upkeep.places(database, "private", ["h1:note:a"]) == {}
