"""Contract: the server and its databases."""

from typing import Any
from uuid import uuid4

import pytest


def test_the_welcome_names_a_version_and_a_vendor(server: Any) -> None:
    welcome = server.ask("GET", "/").json()
    assert welcome["couchdb"] == "Welcome"
    assert welcome["version"].startswith("3.")
    assert welcome["vendor"]["name"]


def test_up_and_uuids_answer(server: Any) -> None:
    assert server.anonymous("GET", "/_up").json()["status"] == "ok"
    uuids = server.ask("GET", "/_uuids?count=3").json()["uuids"]
    assert len(set(uuids)) == 3


def test_a_database_is_made_once_and_listed(server: Any) -> None:
    name = f"t-{uuid4().hex}"
    assert server.ask("PUT", f"/{name}").status_code == 201
    again = server.ask("PUT", f"/{name}")
    assert (again.status_code, again.json()["error"]) == (412, "file_exists")
    assert name in server.ask("GET", "/_all_dbs").json()
    assert server.ask("HEAD", f"/{name}").status_code == 200
    assert server.ask("DELETE", f"/{name}").json() == {"ok": True}
    assert server.ask("HEAD", f"/{name}").status_code == 404


def test_a_database_may_have_a_slash_in_its_name(server: Any) -> None:
    name = f"t-{uuid4().hex}%2Fb"
    assert server.ask("PUT", f"/{name}").status_code == 201
    assert name.replace("%2F", "/") in server.ask("GET", "/_all_dbs").json()
    assert server.ask("DELETE", f"/{name}").status_code == 200


@pytest.mark.parametrize("name", ["Big", "1st", "a.b", "a%20b", "%C3%A9"])
def test_a_bad_name_is_refused(server: Any, name: str) -> None:
    answer = server.ask("PUT", f"/{name}")
    assert (answer.status_code, answer.json()["error"]) == (400, "illegal_database_name")


def test_what_is_asked_of_no_database_is_not_found(server: Any) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/x"), ("GET", "/_all_docs")):
        answer = server.ask(method, f"/no-such-{uuid4().hex}{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_counts_follow_writes_and_deletions(db: Any) -> None:
    rev = db.put("x", {})
    db.put("y", {})
    db.ask("DELETE", f"/x?rev={rev}")
    info = db.get("")
    assert (info["doc_count"], info["doc_del_count"]) == (1, 1)
    assert info["db_name"] == db.name


def test_a_wrong_method_is_said_so(db: Any) -> None:
    answer = db.ask("PUT", "/_all_docs", json={})
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_the_number_of_revisions_kept_can_be_set(db: Any) -> None:
    assert db.get("/_revs_limit") == 1000
    assert db.ask("PUT", "/_revs_limit", data="3").json() == {"ok": True}
    rev = None
    for n in range(6):
        rev = db.put("x", {"n": n} | ({"_rev": rev} if rev else {}))
    assert len(db.get("/x?revs=true")["_revisions"]["ids"]) == 3
    assert db.error("PUT", "/_revs_limit", data='"x"')[0] in (400, 500)


def test_the_security_object_is_kept_as_given(db: Any) -> None:
    value = {"admins": {"names": ["claire"], "roles": []}, "members": {"names": [], "roles": ["a"]}}
    assert db.ask("PUT", "/_security", json=value).json() == {"ok": True}
    assert db.get("/_security") == value
    assert db.error("PUT", "/_security", json={"admins": 1})[0] in (400, 500)


def test_compaction_and_full_commit_are_accepted(db: Any) -> None:
    headers = {"Content-Type": "application/json"}
    assert db.ask("POST", "/_compact", headers=headers).status_code == 202
    assert db.ask("POST", "/_ensure_full_commit", headers=headers).status_code == 201


def test_javascript_is_never_run(own: Any) -> None:
    own.put("_design/d", {"views": {"v": {"map": "function(doc) {}"}}})
    assert own.error("GET", "/_design/d/_view/v") == (501, "not_implemented")
    assert own.error("GET", "/_changes?filter=d/f") == (501, "not_implemented")
    assert own.get("/_design/d")["views"]["v"]


def test_a_database_made_again_is_empty(embedded: Any) -> None:
    for _ in range(3):
        assert embedded.ask("PUT", "/again").status_code == 201
        assert embedded.ask("GET", "/again").json()["doc_count"] == 0
        assert embedded.ask("PUT", "/again/x", json={}).status_code == 201
        assert embedded.ask("DELETE", "/again").status_code == 200


@pytest.mark.parametrize("name", ["a" * 300, "a" + "%2F" * 190, "%00", "_" * 300, "é" * 100])
def test_a_name_that_no_database_can_have_is_not_found(embedded: Any, name: str) -> None:
    for method in ("GET", "DELETE"):
        assert embedded.ask(method, f"/{name}").status_code == 404
        assert embedded.anonymous(method, f"/{name}").status_code == 401
    assert embedded.ask("PUT", f"/{name}").status_code in (400, 404)
