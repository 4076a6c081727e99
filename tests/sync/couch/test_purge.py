"""Contract: revisions forgotten without a trace in the tree."""

import base64
from typing import Any


def test_a_purged_document_was_never_there(db: Any) -> None:
    rev = db.put("a", {"n": 1})
    db.put("b", {})
    answer = db.ask("POST", "/_purge", json={"a": [rev, "7-x"], "none": ["1-a"]})
    assert answer.status_code == 201
    assert answer.json() == {"purge_seq": None, "purged": {"a": [rev], "none": []}}
    assert db.error("GET", "/a") == (404, "not_found")
    info = db.get("")
    assert (info["doc_count"], info["doc_del_count"]) == (1, 0)
    assert [row["id"] for row in db.get("/_changes")["results"]] == ["b"]
    assert db.post("/_revs_diff", {"a": [rev]}) == {"a": {"missing": [rev]}}
    assert db.put("a", {"n": 1}) == rev


def test_a_purged_leaf_gives_way_to_the_next(db: Any) -> None:
    def history(*ids: str) -> dict[str, Any]:
        rev = f"{len(ids)}-{ids[0]}"
        return {"_id": "a", "_rev": rev, "_revisions": {"start": len(ids), "ids": ids}}

    db.graft(history("c", "b", "a") | {"n": "c"}, history("x", "a") | {"n": "x"})
    seq = int(db.get("")["update_seq"].split("-")[0])
    assert db.post("/_purge", {"a": ["3-c"]})["purged"] == {"a": ["3-c"]}
    assert db.get("/a?revs=true&conflicts=true") == {
        "_id": "a",
        "_rev": "2-x",
        "n": "x",
        "_revisions": {"start": 2, "ids": ["x", "a"]},
    }
    assert db.post("/_revs_diff", {"a": ["2-b"]}) == {"a": {"missing": ["2-b"]}}
    assert int(db.get("")["update_seq"].split("-")[0]) > seq


def test_an_inner_revision_is_not_purged(db: Any) -> None:
    rev = db.put("a", {})
    db.put("a", {"n": 2, "_rev": rev})
    assert db.post("/_purge", {"a": [rev]})["purged"] == {"a": []}
    assert db.get("/a")["n"] == 2


def test_a_purged_tombstone_is_no_longer_counted(db: Any) -> None:
    rev = db.put("a", {})
    gone = db.ask("DELETE", f"/a?rev={rev}").json()["rev"]
    db.post("/_purge", {"a": [gone]})
    assert db.get("")["doc_del_count"] == 0
    assert db.get("/_changes")["results"] == []


def test_what_is_purged_leaves_the_indexes(db: Any) -> None:
    db.post("/_index", {"index": {"fields": ["n"]}, "ddoc": "by-n", "name": "by-n"})
    rev = db.put("a", {"n": 1})
    db.put("b", {"n": 2})
    db.post("/_purge", {"a": [rev]})
    found = db.post("/_find", {"selector": {"n": {"$gt": 0}}})["docs"]
    assert [doc["_id"] for doc in found] == ["b"]


def test_the_attachments_of_what_is_purged_go_too(own: Any) -> None:
    size = own.get("")["sizes"]["file"]
    entry = {"content_type": "image/png", "data": base64.b64encode(bytes(3_000_000)).decode()}
    rev = own.put("a", {"_attachments": {"p": entry}})
    own.post("/_purge", {"a": [rev]})
    own.ask("POST", "/_compact", headers={"Content-Type": "application/json"})
    assert own.get("")["sizes"]["file"] < size + 500_000


def test_purges_are_remembered_up_to_a_limit(db: Any) -> None:
    assert db.get("/_purged_infos_limit") == 1000
    assert db.ask("PUT", "/_purged_infos_limit", data="2000").json() == {"ok": True}
    assert db.get("/_purged_infos_limit") == 2000
    assert db.get("/_purged_infos") == {"purged_infos": []}
    rev = db.put("a", {})
    db.post("/_purge", {"a": [rev]})
    assert db.get("/_purged_infos") == {"purged_infos": [{"id": "a", "revs": [rev]}]}
    assert db.get("")["purge_seq"].startswith("1-")


def test_too_much_at_once_is_refused(db: Any) -> None:
    many = {f"d{n}": ["1-a"] for n in range(101)}
    assert db.error("POST", "/_purge", json=many) == (400, "bad_request")
    long = {"a": [f"{n + 1}-a" for n in range(1001)]}
    assert db.error("POST", "/_purge", json=long) == (400, "bad_request")
