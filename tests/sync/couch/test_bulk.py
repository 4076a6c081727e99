"""Contract: many documents at once."""

import gzip
import json
from typing import Any


def test_each_document_of_a_bulk_write_stands_alone(db: Any) -> None:
    db.put("old", {})
    rows = db.post("/_bulk_docs", {"docs": [{"_id": "a"}, {"_id": "old"}, {"n": 1}]})
    assert rows[0]["ok"]
    assert (rows[1]["id"], rows[1]["error"]) == ("old", "conflict")
    assert rows[2]["id"]
    assert len(db.get("/_all_docs")["rows"]) == 3


def test_two_documents_of_one_id_do_not_both_win(db: Any) -> None:
    rows = db.post("/_bulk_docs", {"docs": [{"_id": "a", "n": 1}, {"_id": "a", "n": 2}]})
    assert [row.get("error") for row in rows].count("conflict") == 1


def test_a_replicated_bulk_write_lists_refusals_only(db: Any) -> None:
    assert db.graft({"_id": "a", "_rev": "1-abc"}) == []
    assert db.graft({"_id": "a", "_rev": "1-abc"}) == []
    assert db.get("/a")["_rev"] == "1-abc"


def test_a_bulk_write_of_nonsense_is_refused(db: Any) -> None:
    for body in ({}, {"docs": 1}, {"docs": [1]}, {"docs": [], "new_edits": 1}, []):
        assert db.error("POST", "/_bulk_docs", json=body)[0] == 400
    headers = {"Content-Type": "text/plain"}
    answer = db.error("POST", "/_bulk_docs", data="{}", headers=headers)
    assert answer == (415, "bad_content_type")


def test_a_body_may_be_compressed(db: Any) -> None:
    body = gzip.compress(json.dumps({"docs": [{"_id": "a"}]}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert db.ask("POST", "/_bulk_docs", data=body, headers=headers).status_code == 201
    assert db.get("/a")


def test_many_documents_are_fetched_at_once(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-aaa"}, {"_id": "a", "_rev": "1-bbb"})
    body = {"docs": [{"id": "a"}, {"id": "a", "rev": "1-aaa"}, {"id": "b", "rev": "1-x"}]}
    results = db.post("/_bulk_get?revs=true", body)["results"]
    assert [row["id"] for row in results] == ["a", "a", "b"]
    assert {leaf["ok"]["_rev"] for leaf in results[0]["docs"]} == {"1-aaa", "1-bbb"}
    assert results[1]["docs"][0]["ok"]["_revisions"] == {"start": 1, "ids": ["aaa"]}
    assert results[2]["docs"][0]["error"]["error"] == "not_found"


def test_the_difference_of_revisions_is_found(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-aaa"}, {"_id": "b", "_rev": "1-bbb"})
    asked = {"a": ["1-aaa", "3-ccc"], "b": ["1-bbb"], "c": ["1-x"]}
    assert db.post("/_revs_diff", asked) == {
        "a": {"missing": ["3-ccc"], "possible_ancestors": ["1-aaa"]},
        "c": {"missing": ["1-x"]},
    }
    assert db.post("/_missing_revs", asked) == {"missing_revs": {"a": ["3-ccc"], "c": ["1-x"]}}


def test_all_documents_come_by_id_in_byte_order(db: Any) -> None:
    db.post("/_bulk_docs", {"docs": [{"_id": id} for id in ("b", "a", "B", "é", "10", "9")]})
    ids = [row["id"] for row in db.get("/_all_docs")["rows"]]
    assert ids == ["10", "9", "B", "a", "b", "é"]
    assert [row["id"] for row in db.get("/_all_docs?descending=true")["rows"]] == ids[::-1]


def test_a_range_of_documents_has_its_ends(db: Any) -> None:
    db.post("/_bulk_docs", {"docs": [{"_id": id, "n": id} for id in "abcdef"]})

    def ids(query: str) -> str:
        return "".join(row["id"] for row in db.get(f"/_all_docs?{query}")["rows"])

    assert ids('startkey="b"&endkey="d"') == "bcd"
    assert ids('start_key="b"&end_key="d"&inclusive_end=false') == "bc"
    assert ids('startkey="d"&endkey="b"&descending=true') == "dcb"
    assert ids('startkey="d"&endkey="b"&descending=true&inclusive_end=false') == "dc"
    assert ids("skip=1&limit=2") == "bc"
    assert ids('key="c"') == "c"
    assert ids("limit=0") == ""


def test_documents_come_with_their_rows(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-aaa", "n": 1}, {"_id": "a", "_rev": "1-bbb", "n": 2})
    (row,) = db.get("/_all_docs?include_docs=true&conflicts=true")["rows"]
    assert row["doc"]["n"] == 2
    assert row["doc"]["_conflicts"] == ["1-aaa"]
    assert db.get("/_all_docs?update_seq=true")["update_seq"]


def test_rows_by_key_say_what_is_missing_and_what_is_deleted(db: Any) -> None:
    rev = db.put("gone", {})
    rev = db.ask("DELETE", f"/gone?rev={rev}").json()["rev"]
    db.put("a", {})
    body = {"keys": ["a", "none", "gone", "a"]}
    rows = db.post("/_all_docs?include_docs=true", body)["rows"]
    assert [row.get("id") for row in rows] == ["a", None, "gone", "a"]
    assert rows[1] == {"key": "none", "error": "not_found"}
    assert rows[2]["value"] == {"rev": rev, "deleted": True}
    assert rows[2]["doc"] is None


def test_a_bad_page_is_refused(db: Any) -> None:
    for query in ("limit=-1", "skip=x", "startkey={", "descending=maybe"):
        assert db.ask("GET", f"/_all_docs?{query}").status_code == 400


def test_several_pages_come_in_one_answer(db: Any) -> None:
    for id in "abcd":
        db.put(id, {"n": id})
    asked = [{"startkey": "b", "endkey": "c", "include_docs": True}, {"keys": ["d"]}, {"limit": 1}]
    results = db.post("/_all_docs/queries", {"queries": asked})["results"]
    assert [[row["id"] for row in page["rows"]] for page in results] == [["b", "c"], ["d"], ["a"]]
    assert results[0]["rows"][1]["doc"]["n"] == "c"
    assert db.post("/_all_docs/queries", {"queries": []})["results"] == []
    for wrong in ({}, {"queries": 1}):
        assert db.ask("POST", "/_all_docs/queries", json=wrong).status_code == 400
