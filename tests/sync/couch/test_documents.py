"""Contract: documents by themselves."""

from typing import Any

import pytest


def test_a_document_comes_back_as_written(db: Any) -> None:
    body = {"name": "Amina", "n": 1, "x": [1, 2.5, None, True, {"é": "’"}], "big": 2**70}
    rev = db.put("a", body)
    assert db.get("/a") == {"_id": "a", "_rev": rev, **body}


@pytest.mark.parametrize("id", ["é", "a/b", "a b", "h1:report:01", "+", "a?b", "_design/x"])
def test_ids_of_all_kinds_are_kept(db: Any, id: str) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in id.encode())
    rev = db.put(quoted, {"n": 1})
    assert db.get(f"/{quoted}")["_id"] == id
    assert db.ask("DELETE", f"/{quoted}?rev={rev}").status_code == 200


def test_revisions_are_those_that_couchdb_computes(db: Any) -> None:
    assert db.put("a", {}) == "1-967a00dff5e02add41819138abb3284d"
    assert db.put("b", {"a": 1}).startswith("1-")
    deleted = db.post("/_bulk_docs", {"docs": [{"_id": "c", "_deleted": True}]})
    assert deleted[0]["rev"].startswith("1-")


def test_writing_without_the_revision_is_a_conflict(db: Any) -> None:
    rev = db.put("a", {"n": 1})
    assert db.error("PUT", "/a", json={"n": 2}) == (409, "conflict")
    assert db.error("PUT", "/a", json={"n": 2, "_rev": "1-" + "0" * 32}) == (409, "conflict")
    assert db.put("a", {"n": 2, "_rev": rev}).startswith("2-")


def test_a_document_that_is_not_there_has_no_revision_to_build_on(own: Any) -> None:
    """Apache CouchDB refuses it in an empty database and takes it in one that is not."""
    own.put("a", {})
    assert own.error("PUT", "/new", json={"_rev": "1-" + "1" * 32}) == (409, "conflict")


def test_the_revision_may_come_by_query_or_header(db: Any) -> None:
    rev = db.put("a", {})
    rev = db.put("a", {"n": 1}, rev=rev)
    answer = db.ask("PUT", "/a", json={"n": 2}, headers={"If-Match": rev})
    assert answer.status_code == 201
    assert answer.headers["ETag"] == f'"{answer.json()["rev"]}"'
    both = db.ask("PUT", f"/a?rev={rev}", json={"_rev": answer.json()["rev"]})
    assert (both.status_code, both.json()["error"]) == (400, "bad_request")


def test_an_unchanged_document_is_not_sent_again(db: Any) -> None:
    db.put("a", {})
    tag = db.ask("GET", "/a").headers["ETag"]
    assert db.ask("GET", "/a", headers={"If-None-Match": tag}).status_code == 304
    head = db.ask("HEAD", "/a")
    assert (head.status_code, head.headers["ETag"], head.content) == (200, tag, b"")


def test_a_deleted_document_is_gone_but_can_be_read_by_revision(db: Any) -> None:
    rev = db.put("a", {"kind": "notice"})
    gone = db.put("a", {"_rev": rev, "_deleted": True, "kind": "notice", "from": "n-1"})
    missing = db.ask("GET", "/a")
    assert (missing.status_code, missing.json()["reason"]) == (404, "deleted")
    tomb = db.get(f"/a?rev={gone}")
    assert (tomb["_deleted"], tomb["kind"], tomb["from"]) == (True, "notice", "n-1")


def test_a_deleted_document_is_made_anew_on_its_tombstone(db: Any) -> None:
    rev = db.put("a", {})
    rev = db.ask("DELETE", f"/a?rev={rev}").json()["rev"]
    assert rev.startswith("2-")
    assert db.put("a", {"again": True}).startswith("3-")
    assert len(db.get("/a?revs=true")["_revisions"]["ids"]) == 3


def test_deleting_asks_for_the_right_revision(db: Any) -> None:
    assert db.error("DELETE", "/a") == (404, "not_found")
    db.put("a", {})
    assert db.error("DELETE", "/a") == (409, "conflict")
    assert db.error("DELETE", "/a?rev=1-" + "0" * 32) == (409, "conflict")
    assert db.error("DELETE", "/a?rev=nonsense") == (400, "bad_request")


def test_posting_gives_an_id(db: Any) -> None:
    made = db.post("", {"n": 1})
    assert db.get(f"/{made['id']}")["_rev"] == made["rev"]
    assert db.post("", {"_id": "mine"})["id"] == "mine"


def test_replicated_revisions_make_conflicts_and_one_winner(db: Any) -> None:
    db.graft(
        {"_id": "a", "_rev": "1-aaa", "n": 1},
        {"_id": "a", "_rev": "1-bbb", "n": 2},
        {"_id": "a", "n": 3, "_revisions": {"start": 2, "ids": ["ccc", "aaa"]}},
    )
    found = db.get("/a?conflicts=true")
    assert (found["_rev"], found["n"], found["_conflicts"]) == ("2-ccc", 3, ["1-bbb"])
    assert db.get("/a?rev=1-bbb")["n"] == 2


def test_a_deleted_leaf_loses_to_a_living_one(db: Any) -> None:
    db.graft(
        {"_id": "a", "_rev": "1-aaa", "n": 1},
        {"_id": "a", "_deleted": True, "_revisions": {"start": 3, "ids": ["z", "y", "x"]}},
    )
    found = db.get("/a?conflicts=true&deleted_conflicts=true")
    assert (found["_rev"], found["_deleted_conflicts"]) == ("1-aaa", ["3-z"])
    assert "_conflicts" not in found


def test_deleting_the_losing_leaf_resolves_a_conflict(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-aaa"}, {"_id": "a", "_rev": "1-bbb"})
    assert db.ask("DELETE", "/a?rev=1-aaa").status_code == 200
    assert "_conflicts" not in db.get("/a?conflicts=true")
    assert db.get("/a")["_rev"] == "1-bbb"


def test_open_revs_shows_every_leaf(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-aaa", "n": 1}, {"_id": "a", "_rev": "1-bbb", "n": 2})
    json = {"Accept": "application/json"}
    leaves = db.get("/a?open_revs=all", headers=json)
    assert {leaf["ok"]["n"] for leaf in leaves} == {1, 2}
    chosen = db.get('/a?open_revs=["1-aaa","7-no"]&revs=true', headers=json)
    assert chosen[0]["ok"]["_revisions"] == {"start": 1, "ids": ["aaa"]}
    assert chosen[1] == {"missing": "7-no"}
    assert db.ask("GET", "/none?open_revs=all", headers=json).status_code == 404


def test_latest_leads_from_an_old_revision_to_its_leaf(db: Any) -> None:
    first = db.put("a", {"n": 1})
    second = db.put("a", {"n": 2, "_rev": first})
    assert db.get(f"/a?rev={first}&latest=true")["_rev"] == second
    answer = db.get(f'/a?open_revs=["{first}"]&latest=true', headers={"Accept": "application/json"})
    assert answer[0]["ok"]["_rev"] == second


def test_the_history_of_a_document_is_told(db: Any) -> None:
    first = db.put("a", {"n": 1})
    second = db.put("a", {"n": 2, "_rev": first})
    found = db.get("/a?revs=true&revs_info=true")
    assert found["_revisions"]["start"] == 2
    assert [f"{2 - i}-{hash}" for i, hash in enumerate(found["_revisions"]["ids"])] == [
        second,
        first,
    ]
    assert found["_revs_info"][0] == {"rev": second, "status": "available"}
    assert found["_revs_info"][1]["rev"] == first


def test_a_replicated_put_keeps_its_revision(db: Any) -> None:
    body = {"n": 1, "_revisions": {"start": 3, "ids": ["ccc", "bbb", "aaa"]}}
    assert db.put("a", body, new_edits="false") == "3-ccc"
    assert db.put("a", body, new_edits="false") == "3-ccc"
    assert db.get("/a?revs=true")["_revisions"]["ids"] == ["ccc", "bbb", "aaa"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "bad_request"),
        (b"[]", "bad_request"),
        (b"1", "bad_request"),
        (b"", "bad_request"),
        (b'{"a": NaN}', "bad_request"),
        (b'{"a": 1e400}', "bad_request"),
        (b'{"a": "\\ud800"}', "bad_request"),
        (b'{"a": "\xff"}', "bad_request"),
        (b'{"_foo": 1}', "doc_validation"),
        (b'{"_rev": "x"}', "bad_request"),
        (b'{"_rev": "1"}', "bad_request"),
    ],
)
def test_a_bad_document_is_refused(db: Any, body: bytes, error: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert db.error("PUT", "/a", data=body, headers=headers) == (400, error)
    assert db.ask("GET", "/a").status_code == 404


def test_a_reserved_id_is_refused(db: Any) -> None:
    assert db.error("PUT", "/_other", json={}) == (400, "illegal_docid")
    assert db.error("POST", "", json={"_id": "_other"}) == (400, "illegal_docid")


def test_a_document_that_is_too_large_is_refused(db: Any) -> None:
    assert db.error("PUT", "/a", json={"a": "x" * 9_000_000}) == (413, "document_too_large")
    assert db.put("a", {"a": "x" * 1_000_000})


def test_local_documents_are_apart(db: Any) -> None:
    first = db.ask("PUT", "/_local/check", json={"n": 1})
    assert (first.status_code, first.json()["rev"]) == (201, "0-1")
    assert db.get("/_local/check") == {"_id": "_local/check", "_rev": "0-1", "n": 1}
    second = db.ask("PUT", "/_local/check", json={"n": 2, "_rev": "0-1"})
    assert second.json()["rev"] == "0-2"
    assert db.get("/_all_docs")["rows"] == db.get("/_changes")["results"] == []
    assert db.ask("DELETE", "/_local/check?rev=0-2").status_code == 200
    assert db.error("GET", "/_local/check") == (404, "not_found")


def test_a_checkpoint_is_written_as_replicators_write_it(db: Any) -> None:
    first = db.ask("PUT", "/_local/c", json={"_id": "_local/c", "n": 1})
    assert first.json()["rev"] == "0-1"
    history = {"_rev": "0-1", "_revisions": {"start": 0, "ids": ["1"]}}
    again = db.ask("PUT", "/_local/c", json={"_id": "_local/c", "n": 2, **history})
    assert (again.status_code, again.json()["rev"]) == (201, "0-2")
    assert db.get("/_local/c")["n"] == 2


def test_a_document_is_copied_with_its_attachments(db: Any) -> None:
    entry = {"content_type": "text/plain", "data": "eA=="}
    db.put("a", {"n": 1, "_attachments": {"t": entry}})
    answer = db.ask("COPY", "/a", headers={"Destination": "b%20c"})
    assert (answer.status_code, answer.json()["id"]) == (201, "b c")
    assert db.get("/b%20c")["n"] == 1
    assert db.ask("GET", "/b%20c/t").content == b"x"
    assert db.error("COPY", "/a", headers={"Destination": "b%20c"}) == (409, "conflict")
    rev = answer.json()["rev"]
    again = db.ask("COPY", "/a", headers={"Destination": f"b%20c?rev={rev}"})
    assert again.json()["rev"].startswith("2-")
    assert db.error("COPY", "/none", headers={"Destination": "d"}) == (404, "not_found")
    assert db.error("COPY", "/a") == (400, "bad_request")


def test_a_copy_does_not_become_a_local_document(own: Any) -> None:
    own.put("a", {})
    assert own.error("COPY", "/a", headers={"Destination": "_local/a"}) == (400, "bad_request")
    assert own.get("")["doc_count"] == 1


def test_local_and_design_documents_have_lists_of_their_own(db: Any) -> None:
    db.put("a", {})
    db.put("_design/d", {"language": "query"})
    db.ask("PUT", "/_local/c", json={"n": 1})
    designs = db.get("/_design_docs?include_docs=true")
    assert [row["doc"]["language"] for row in designs["rows"]] == ["query"]
    assert designs["total_rows"] == 1
    several = db.post("/_design_docs/queries", {"queries": [{}, {"limit": 0}]})["results"]
    assert [len(page["rows"]) for page in several] == [1, 0]
    found = db.get("/_local_docs?include_docs=true")
    assert [(row["id"], row["doc"]["n"]) for row in found["rows"]] == [("_local/c", 1)]
    assert found["total_rows"] is None
    rows = db.post("/_local_docs", {"keys": ["_local/c", "_local/none"]})["rows"]
    assert (rows[0]["value"], rows[1]["error"]) == ({"rev": "0-1"}, "not_found")


def test_what_the_client_has_is_not_sent_again(db: Any) -> None:
    rev = db.put("a", {})
    for path in ("/a", "/a?revs=true", "/a?conflicts=true", "/_changes"):
        tag = db.ask("GET", path).headers["ETag"]
        for known in (tag, f'"x", {tag}'):
            again = db.ask("GET", path, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
        assert db.ask("GET", path, headers={"If-None-Match": '"x"'}).status_code == 200
    assert db.ask("HEAD", "/a").headers["ETag"] == f'"{rev}"'
    tag = db.ask("GET", "/_changes").headers["ETag"]
    db.put("b", {})
    assert db.ask("GET", "/_changes", headers={"If-None-Match": tag}).status_code == 200


def test_an_answer_about_conflicts_is_always_sent(db: Any) -> None:
    db.graft({"_id": "a", "_rev": "1-a"}, {"_id": "a", "_rev": "1-b"})
    headers = {"If-None-Match": '"1-b"'}
    for query in ("?conflicts=true", "?revs_info=true", "?local_seq=true"):
        assert db.ask("GET", "/a" + query, headers=headers).status_code == 200
    assert db.ask("GET", "/a", headers=headers).status_code == 304
