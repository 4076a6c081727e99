"""Contract: queries and the indexes that serve them."""

from typing import Any

import pytest

PEOPLE = [
    {"_id": "amina", "age": 34, "door": "B12", "langs": ["ar", "fr"], "of": {"stair": "B"}},
    {"_id": "claire", "age": 45, "door": None, "langs": ["fr"], "of": {"stair": None}},
    {"_id": "fatou", "age": 29, "door": "A3", "langs": [], "kids": [{"age": 4}, {"age": 7}]},
    {"_id": "gerard", "age": 58.5, "door": "A0", "langs": ["fr", "pt"], "x.y": 1},
    {"_id": "lucien", "age": "83", "door": "B2", "langs": "fr", "of": {"stair": "B", "n": [1, 2]}},
]


@pytest.fixture
def people(db: Any) -> Any:
    db.post("/_bulk_docs", {"docs": PEOPLE})
    return db


def found(db: Any, selector: Any, **rest: Any) -> list[str]:
    docs = db.post("/_find", {"selector": selector, **rest})["docs"]
    return [doc["_id"] for doc in docs]


def initials(db: Any, selector: Any) -> str:
    return "".join(sorted(id[0] for id in found(db, selector)))


@pytest.mark.parametrize(
    ("selector", "who"),
    [
        ({}, "acfgl"),
        ({"age": 34}, "a"),
        ({"age": {"$eq": 34.0}}, "a"),
        ({"age": {"$ne": 34}}, "cfgl"),
        ({"age": {"$gt": 34}}, "cgl"),
        ({"age": {"$gte": 34, "$lt": 50}}, "ac"),
        ({"age": {"$lte": 34}}, "af"),
        ({"age": {"$gt": None}}, "acfgl"),
        ({"door": None}, "c"),
        ({"door": {"$exists": True}}, "acfgl"),
        ({"kids": {"$exists": False}}, "acgl"),
        ({"kids": {"$ne": 1}}, "f"),
        ({"of.stair": "B"}, "al"),
        ({"of": {"stair": "B"}}, "al"),
        ({"of.n.1": 2}, "l"),
        ({"x\\.y": 1}, "g"),
        ({"age": {"$in": [29, "83"]}}, "fl"),
        ({"langs": {"$in": ["fr"]}}, "acgl"),
        ({"langs": {"$nin": ["fr"]}}, "f"),
        ({"langs": {"$all": ["fr", "ar"]}}, "a"),
        ({"langs": {"$size": 0}}, "f"),
        ({"langs": {"$elemMatch": {"$eq": "pt"}}}, "g"),
        ({"langs": {"$allMatch": {"$eq": "fr"}}}, "c"),
        ({"kids": {"$elemMatch": {"age": {"$gt": 6}}}}, "f"),
        ({"kids": {"$allMatch": {"age": {"$gt": 6}}}}, ""),
        ({"age": {"$type": "string"}}, "l"),
        ({"age": {"$mod": [2, 1]}}, "cf"),
        ({"door": {"$regex": "^B[0-9]+$"}}, "al"),
        ({"door": {"$beginsWith": "B"}}, "al"),
        ({"_id": {"$beginsWith": "a"}}, "a"),
        ({"_id": {"$gte": "c", "$lt": "g"}}, "cf"),
        ({"$or": [{"age": 34}, {"age": 45}]}, "ac"),
        ({"$and": [{"door": {"$gt": "A"}}, {"door": {"$lt": "B"}}]}, "fg"),
        ({"$nor": [{"age": 34}, {"age": 45}]}, "fgl"),
        ({"$not": {"age": {"$gt": 34}}}, "af"),
        ({"$not": {"kids": {"$exists": True}}}, "acgl"),
        ({"langs": {"$not": {"$size": 2}}}, "cfl"),
        ({"age": {"$or": [{"$eq": 34}, {"$eq": 29}]}}, "af"),
    ],
)
def test_a_selector_finds_who_it_describes(people: Any, selector: Any, who: str) -> None:
    assert initials(people, selector) == who


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "missing_required_key"),
        ({"selector": 1}, "invalid_selector_json"),
        ({"selector": {"a": {"$foo": 1}}}, "invalid_operator"),
        ({"selector": {"a": {"$in": 1}}}, "bad_arg"),
        ({"selector": {"a": {"$regex": "("}}}, "bad_arg"),
        ({"selector": {}, "limit": -1}, "invalid_non_neg_integer"),
        ({"selector": {}, "fields": 1}, "invalid_fields"),
        ({"selector": {}, "sort": [{"a": "up"}]}, "invalid_sort_field"),
        ({"selector": {}, "sort": [{"a": "asc"}, {"b": "desc"}]}, "unsupported_mixed_sort"),
        ({"selector": {}, "sort": ["a"]}, "no_usable_index"),
        ({"selector": {}, "other": 1}, "invalid_key"),
        ({"selector": {}, "bookmark": "%%%"}, "invalid_bookmark"),
    ],
)
def test_a_bad_query_is_refused(db: Any, body: Any, error: str) -> None:
    assert db.error("POST", "/_find", json=body) == (400, error)


def test_an_index_is_made_once_and_listed(db: Any) -> None:
    body = {"index": {"fields": ["kind", "at"]}, "ddoc": "by-date", "name": "by-date"}
    assert db.post("/_index", body) == {
        "result": "created",
        "id": "_design/by-date",
        "name": "by-date",
    }
    assert db.post("/_index", body)["result"] == "exists"
    listed = db.get("/_index")
    assert listed["total_rows"] == 2
    assert listed["indexes"][0]["name"] == "_all_docs"
    assert listed["indexes"][1]["ddoc"] == "_design/by-date"
    assert listed["indexes"][1]["def"]["fields"] == [{"kind": "asc"}, {"at": "asc"}]
    assert db.get("/_design/by-date")["language"] == "query"


def test_an_index_without_a_name_gets_one(db: Any) -> None:
    made = db.post("/_index", {"index": {"fields": ["a"]}, "type": "json"})
    assert made["id"].startswith("_design/")
    assert db.post("/_index", {"index": {"fields": ["a"]}})["result"] == "exists"


def test_an_index_can_be_removed(db: Any) -> None:
    db.post("/_index", {"index": {"fields": ["a"]}, "ddoc": "d", "name": "n"})
    assert db.ask("DELETE", "/_index/_design/d/json/n").json() == {"ok": True}
    assert db.get("/_index")["total_rows"] == 1
    assert db.error("DELETE", "/_index/d/json/n") == (404, "not_found")


def test_a_bad_index_is_refused(db: Any) -> None:
    for body in ({}, {"index": {}}, {"index": {"fields": 1}}, {"index": {"fields": [1]}}):
        assert db.ask("POST", "/_index", json=body).status_code == 400


def test_a_sort_follows_the_index_both_ways(people: Any) -> None:
    people.post("/_index", {"index": {"fields": ["age"]}})
    order = ["fatou", "amina", "claire", "gerard", "lucien"]
    wanted = {"age": {"$gt": None}}
    assert found(people, wanted, sort=["age"]) == order
    assert found(people, wanted, sort=[{"age": "desc"}]) == order[::-1]
    assert found(people, wanted, sort=["age"], skip=1, limit=2) == order[1:3]


def test_a_sort_may_leave_out_what_is_constant(db: Any) -> None:
    docs = [{"_id": f"{k}{n}", "kind": k, "at": n} for k in "ab" for n in (3, 1, 2)]
    db.post("/_bulk_docs", {"docs": docs})
    db.post("/_index", {"index": {"fields": ["kind", "at"]}})
    assert found(db, {"kind": "b"}, sort=["at"]) == ["b1", "b2", "b3"]
    newest = found(db, {"kind": "a", "at": {"$lt": 3}}, sort=[{"at": "desc"}])
    assert newest == ["a2", "a1"]


def test_pages_follow_each_other_by_bookmark(db: Any) -> None:
    db.post("/_bulk_docs", {"docs": [{"_id": f"d{n}", "n": n % 3} for n in range(10)]})
    db.post("/_index", {"index": {"fields": ["n"]}})
    for sort in ([], ["n"], [{"n": "desc"}]):
        body = {"selector": {"n": {"$gte": 0}}, "limit": 4, "sort": sort}
        seen: list[str] = []
        while docs := (page := db.post("/_find", body))["docs"]:
            seen += [doc["_id"] for doc in docs]
            body = body | {"bookmark": page["bookmark"]}
        assert sorted(seen) == sorted(f"d{n}" for n in range(10))


def test_only_the_fields_asked_for_are_sent(people: Any) -> None:
    body = {"selector": {"_id": "amina"}, "fields": ["_id", "of.stair", "none"]}
    assert people.post("/_find", body)["docs"] == [{"_id": "amina", "of": {"stair": "B"}}]


def test_an_index_follows_edits_conflicts_and_deletions(db: Any) -> None:
    db.post("/_index", {"index": {"fields": ["n"]}})
    rev = db.put("a", {"n": 1})
    rev = db.put("a", {"n": 2, "_rev": rev})
    assert (found(db, {"n": 1}), found(db, {"n": 2})) == ([], ["a"])
    db.graft({"_id": "a", "n": 7, "_revisions": {"start": 3, "ids": ["z", "y"]}})
    assert (found(db, {"n": 2}), found(db, {"n": 7})) == ([], ["a"])
    db.ask("DELETE", "/a?rev=3-z")
    assert found(db, {"n": 2}) == ["a"]
    db.ask("DELETE", f"/a?rev={rev}")
    assert found(db, {"n": {"$gt": None}}) == []


def test_an_index_that_replicates_as_a_design_document_serves(own: Any) -> None:
    own.put("a", {"n": 1})
    own.graft(
        {
            "_id": "_design/i",
            "_rev": "1-abc",
            "language": "query",
            "views": {"n": {"map": {"fields": {"n": "asc"}}, "reduce": "_count"}},
        }
    )
    plan = own.post("/_explain", {"selector": {"n": 1}})
    assert plan["index"]["ddoc"] == "_design/i"
    assert found(own, {"n": 1}) == ["a"]


def test_a_partial_index_holds_only_what_its_selector_lets_in(db: Any) -> None:
    index = {"fields": ["at"], "partial_filter_selector": {"kind": "notice"}}
    db.post("/_index", {"index": index, "ddoc": "p", "name": "p"})
    docs = [{"_id": "a", "kind": "notice", "at": 2}, {"_id": "b", "kind": "fault", "at": 1}]
    db.post("/_bulk_docs", {"docs": docs})
    assert found(db, {"at": {"$gt": 0}}, use_index="p") == ["a"]
    assert found(db, {"at": {"$gt": 0}}) == ["b", "a"] or sorted(found(db, {"at": {"$gt": 0}})) == [
        "a",
        "b",
    ]


def test_the_longest_index_is_chosen(db: Any) -> None:
    db.post("/_index", {"index": {"fields": ["a"]}, "name": "one", "ddoc": "one"})
    db.post("/_index", {"index": {"fields": ["a", "b"]}, "name": "two", "ddoc": "two"})
    plan = db.post("/_explain", {"selector": {"a": 1, "b": 2}})
    assert plan["index"]["name"] == "two"
    assert db.post("/_explain", {"selector": {"a": 1}})["index"]["name"] == "one"
    assert db.post("/_explain", {"selector": {"c": 1}})["index"]["name"] == "_all_docs"


def test_a_scan_without_index_says_so(people: Any) -> None:
    assert "index" in people.post("/_find", {"selector": {"age": 34}})["warning"]


def test_values_of_all_types_sort_as_couchdb_sorts_them(db: Any) -> None:
    values: list[Any] = [
        None, False, True, -3, -0.5, 0, 2, 10, 2**60, "", "_a", "1", "10", "2", "a", "A", "aa",
        "b", "B", "e", "é", "f", [], ["a"], ["a", "b"], ["b"], {}, {"a": 1}, {"a": 2}, {"b": 1},
    ]  # fmt: skip
    db.post("/_index", {"index": {"fields": ["v"]}})
    docs = [{"_id": f"{n:02}", "v": value} for n, value in enumerate(values)]
    db.post("/_bulk_docs", {"docs": docs[::-1]})
    body = {"selector": {"v": {"$exists": True}}, "sort": ["v"], "limit": 100}
    assert [doc["v"] for doc in db.post("/_find", body)["docs"]] == values


def test_design_documents_are_not_found_by_queries(db: Any) -> None:
    db.put("_design/d", {"n": 1})
    db.put("a", {"n": 1})
    assert found(db, {"n": 1}) == ["a"]
