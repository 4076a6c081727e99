"""Contract: people of `_users`, and what `_security` lets them do."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from sync.couch.users import verify

USERS = "/_users/org.couchdb.user:"


@pytest.fixture
def name(server: Any) -> Iterator[str]:
    """Amina, a resident, whose password is `douze mois`."""
    made = server.ask("PUT", "/_users").status_code in (201, 202)
    name = f"amina-{uuid4().hex}"
    person = {"name": name, "type": "user", "roles": ["resident"], "password": "douze mois"}
    assert server.ask("PUT", USERS + name, json=person).status_code == 201
    yield name
    rev = server.ask("GET", USERS + name).json().get("_rev")
    server.ask("DELETE", f"{USERS}{name}?rev={rev}")
    if made:
        server.ask("DELETE", "/_users")


def as_amina(server: Any, name: str, method: str, path: str, **options: Any) -> Any:
    return server.anonymous(method, path, auth=(name, "douze mois"), **options)


def status(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("error")


def test_a_password_is_kept_as_its_hash_alone(server: Any, name: str) -> None:
    kept = server.ask("GET", USERS + name).json()
    assert "password" not in kept
    assert (kept["password_scheme"], kept["pbkdf2_prf"], kept["iterations"]) == (
        "pbkdf2",
        "sha256",
        600_000,
    )
    assert verify(kept, "douze mois")
    assert not verify(kept, "Douze mois")


def test_a_person_asks_by_name_and_password(server: Any, name: str) -> None:
    for _ in range(2):
        who = as_amina(server, name, "GET", "/_session").json()["userCtx"]
        assert who == {"name": name, "roles": ["resident"]}
    wrong = server.anonymous("GET", "/_session", auth=(name, "onze mois"))
    assert status(wrong) == (401, "unauthorized")


def test_a_person_asks_by_cookie(server: Any, name: str) -> None:
    with requests.Session() as session:
        body = {"name": name, "password": "douze mois"}
        opened = session.post(server.url + "/_session", json=body, timeout=20).json()
        assert opened == {"ok": True, "name": name, "roles": ["resident"]}
        who = session.get(server.url + "/_session", timeout=20).json()["userCtx"]
        assert who == {"name": name, "roles": ["resident"]}


def test_a_new_password_ends_the_old_one_and_its_cookies(server: Any, name: str) -> None:
    with requests.Session() as session:
        body = {"name": name, "password": "douze mois"}
        session.post(server.url + "/_session", json=body, timeout=20)
        kept = server.ask("GET", USERS + name).json()
        assert server.ask("PUT", USERS + name, json=kept | {"password": "neuf"}).ok
        assert session.get(server.url + "/_session", timeout=20).json()["userCtx"]["name"] is None
    assert as_amina(server, name, "GET", "/_session").status_code == 401
    assert server.anonymous("GET", "/_session", auth=(name, "neuf")).ok


def test_a_person_who_is_removed_is_nobody(server: Any, name: str) -> None:
    assert as_amina(server, name, "GET", "/_session").ok
    rev = server.ask("GET", USERS + name).json()["_rev"]
    assert server.ask("DELETE", f"{USERS}{name}?rev={rev}").ok
    assert as_amina(server, name, "GET", "/_session").status_code == 401


@pytest.mark.parametrize(
    "change",
    [{"name": "else"}, {"type": "x"}, {"roles": "x"}, {"roles": ["_admin"]}, {"roles": [1]}],
)
def test_a_document_that_is_no_person_is_refused(
    server: Any, name: str, change: dict[str, Any]
) -> None:
    kept = server.ask("GET", USERS + name).json()
    answer = server.ask("PUT", USERS + name, json=kept | change)
    assert status(answer) == (403, "forbidden")
    rows = server.ask("POST", "/_users/_bulk_docs", json={"docs": [kept | change]}).json()
    assert rows[0]["error"] == "forbidden"


CLOSED = [("GET", "/{db}"), ("GET", "/{db}/a"), ("PUT", "/{db}/a"), ("GET", "/{db}/_security")]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_new_database_is_closed(db: Any, name: str, method: str, path: str) -> None:
    path = path.format(db=db.name)
    assert status(as_amina(db.server, name, method, path, json={})) == (403, "forbidden")
    assert status(db.server.anonymous(method, path, json={})) == (401, "unauthorized")


SERVERS = [
    ("GET", "/_all_dbs"),
    ("PUT", "/new-db"),
    ("DELETE", "/{db}"),
    ("GET", "/_users/_all_docs"),
]
SERVERS += [("GET", "/_membership"), ("GET", "/_node/_local/_config"), ("GET", "/_db_updates")]
SERVERS += [("POST", "/{db}/_purge")]


@pytest.mark.parametrize(("method", "path"), SERVERS)
def test_the_server_is_the_administrators(db: Any, name: str, method: str, path: str) -> None:
    db.ask("PUT", "/_security", json={"admins": {"names": [name]}})
    answer = as_amina(db.server, name, method, path.format(db=db.name), json={})
    assert answer.status_code in (401, 403)
    assert db.ask("GET", "").status_code == 200


def test_a_member_reads_and_writes_but_does_not_shape(db: Any, name: str) -> None:
    db.ask("PUT", "/_security", json={"members": {"roles": ["resident"]}})

    def ask(method: str, path: str, **options: Any) -> Any:
        return as_amina(db.server, name, method, f"/{db.name}{path}", **options)

    assert ask("PUT", "/a", json={"n": 1}).status_code == 201
    assert ask("GET", "/a").json()["n"] == 1
    assert ask("GET", "/_changes").status_code == 200
    for path in ("/_design/x", "/_security"):
        assert ask("PUT", path, json={}).status_code in (401, 403, 500)
    assert status(ask("POST", "/_compact", json={})) == (401, "unauthorized")
    rows = ask("POST", "/_bulk_docs", json={"docs": [{"_id": "_design/x"}, {"_id": "b"}]}).json()
    assert [row.get("error") for row in rows] == ["forbidden", None]
    assert db.ask("GET", "/_design/x").status_code == 404
    assert db.get("/_security") == {"members": {"roles": ["resident"]}}


def test_an_administrator_of_the_database_shapes_it(db: Any, name: str) -> None:
    db.ask("PUT", "/_security", json={"admins": {"names": [name]}, "members": {"roles": ["x"]}})
    path = f"/{db.name}/_design/x"
    assert as_amina(db.server, name, "PUT", path, json={}).status_code == 201
    body = {"admins": {"names": [name]}, "members": {"roles": ["y"]}}
    assert as_amina(db.server, name, "PUT", f"/{db.name}/_security", json=body).ok
    other = {"index": {"fields": ["n"]}}
    assert as_amina(db.server, name, "POST", f"/{db.name}/_index", json=other).ok


def test_a_database_without_members_is_everyones(db: Any) -> None:
    db.put("a", {"n": 1})
    db.ask("PUT", "/_security", json={})
    assert db.server.anonymous("GET", f"/{db.name}/a").json()["n"] == 1
    assert db.server.anonymous("PUT", f"/{db.name}/_design/x", json={}).status_code in (401, 403)


def test_hashes_of_other_schemes_are_known() -> None:
    simple = {"password_scheme": "simple", "salt": "abc"}
    assert (
        verify(simple | {"password_sha": "d8b4f3f1f5d1d3a7c27d2ab7a4a6cd5b0fd9e6e9"}, "x") is False
    )
    # The vector of RFC 6070 with one iteration.
    old = {"password_scheme": "pbkdf2", "salt": "salt", "iterations": 1}
    assert verify(old | {"derived_key": "0c60c80f961f0e71f3a9b524af6012062fe037a6"}, "password")
    assert not verify(old | {"derived_key": "x", "iterations": 10**12}, "password")
