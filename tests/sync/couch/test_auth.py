"""Contract: who may ask."""

import stat
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.couch.auth import admin_secret
from sync.couch.errors import BadSecret

CLOSED = [
    ("GET", "/_all_dbs"),
    ("PUT", "/some-db"),
    ("GET", "/some-db/x"),
    ("POST", "/some-db/_find"),
    ("GET", "/_uuids_of_nobody"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_is_told_to_strangers(own: Any, method: str, path: str) -> None:
    answer = own.server.anonymous(method, path)
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("auth", [("admin", "wrong"), ("other", "secret"), ("admin", "")])
def test_wrong_credentials_are_refused(server: Any, auth: tuple[str, str]) -> None:
    answer = server.anonymous("GET", "/_all_dbs", auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("header", ["Basic", "Basic %%%", "Bearer x", "Basic YWRtaW4=", "é"])
def test_broken_credentials_are_refused(own: Any, header: str) -> None:
    headers = {"Authorization": header.encode("latin-1")}
    assert own.server.anonymous("GET", "/_all_dbs", headers=headers).status_code == 401


@pytest.mark.parametrize("form", [True, False])
def test_a_session_is_a_cookie(server: Any, form: bool) -> None:
    body = {"name": "admin", "password": "secret"}
    with requests.Session() as session:
        sent: Any = {"data": body} if form else {"json": body}
        answer = session.post(server.url + "/_session", **sent)
        assert (answer.status_code, answer.json()["name"]) == (200, "admin")
        who = session.get(server.url + "/_session").json()
        assert who["userCtx"] == {"name": "admin", "roles": ["_admin"]}
        assert session.get(server.url + "/_all_dbs").status_code == 200
        session.delete(server.url + "/_session")
        assert session.get(server.url + "/_all_dbs").status_code == 401


def test_a_wrong_password_opens_no_session(server: Any) -> None:
    answer = server.anonymous("POST", "/_session", json={"name": "admin", "password": "no"})
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert server.anonymous("GET", "/_session").json()["userCtx"]["name"] is None


@pytest.mark.parametrize("cookie", ["AuthSession=", "AuthSession=YWRtaW46MTo=", "AuthSession=é;"])
def test_a_forged_cookie_opens_nothing(own: Any, cookie: str) -> None:
    headers = {"Cookie": cookie.encode("latin-1")}
    assert own.server.anonymous("GET", "/_all_dbs", headers=headers).status_code == 401


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    name, password = admin_secret(tmp_path / "data")
    path = tmp_path / "data" / "couch.secret"
    assert (name, len(password) >= 32) == ("residacoeur", True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"{name}:{password}\n"
    assert admin_secret(tmp_path / "data") == (name, password)
    assert [entry.name for entry in path.parent.iterdir()] == ["couch.secret"]


def test_a_broken_secret_is_named(tmp_path: Path) -> None:
    (tmp_path / "couch.secret").write_text("nothing")
    with pytest.raises(BadSecret, match=r"couch\.secret"):
        admin_secret(tmp_path)
