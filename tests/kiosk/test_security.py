"""What every request must show and every answer carries."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from kiosk.security import ForeignOrigin, StaleForm, init_app, local_hosts

HERE = "http://127.0.0.1:8080"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask("portal", static_folder=str(tmp_path))
    (tmp_path / "look.css").write_text("main { color: black }")
    init_app(app, hosts=local_hosts(8080), csrf=lambda word: word == "good")
    app.add_url_rule("/", "home", lambda: "Bonjour", methods=["GET", "POST"])
    app.add_url_rule("/look", "look", lambda: url_for("static", filename="look.css"))
    app.register_error_handler(StaleForm, lambda _: ("stale", 409))
    app.register_error_handler(ForeignOrigin, lambda _: ("foreign", 403))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"]
)
def test_the_portal_answers_to_its_own_names(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example:8080", "127.0.0.1:8081", "127.0.0.1", "", "a b<>"])
def test_another_name_that_leads_here_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.text == "Cette adresse n’est pas celle de Résidacœur.\n"
    assert answer.mimetype == "text/plain"


def post(client: FlaskClient, word: str = "good", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/", base_url=HERE, headers=named, data={"csrf": word}).status_code


def test_a_form_of_ours_is_taken(client: FlaskClient) -> None:
    assert post(client, Origin=HERE) == 200
    assert post(client, Sec_Fetch_Site="same-origin") == 200
    assert post(client, word="", Origin=HERE, X_CSRF_Token="good") == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "https://127.0.0.1:8080", "http://localhost:8080"]
)
def test_a_form_of_another_site_is_refused(client: FlaskClient, origin: str) -> None:
    assert post(client, Origin=origin) == 403
    assert post(client, Origin=origin, Sec_Fetch_Site="same-origin") == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_a_form_that_does_not_say_whence_it_comes_is_refused(
    client: FlaskClient, site: str
) -> None:
    assert post(client) == 403
    assert post(client, Sec_Fetch_Site=site) == 403


def test_a_form_drawn_for_another_cookie_is_told_apart(client: FlaskClient) -> None:
    assert post(client, word="old", Origin=HERE) == 409
    assert post(client, word="good", Origin=HERE, X_CSRF_Token="old") == 409
    assert client.post("/", base_url=HERE, headers={"Origin": HERE}).status_code == 409


def test_every_page_carries_the_headers_errors_included(client: FlaskClient) -> None:
    for path in ("/", "/nowhere"):
        headers = client.get(path, base_url=HERE).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Vary"] == "HX-Request"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


def test_a_static_file_is_kept_for_ever_under_its_version(client: FlaskClient) -> None:
    address = client.get("/look", base_url=HERE).text
    with client.get(address, base_url=HERE) as kept:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get(urlsplit(address).path, base_url=HERE) as bare:
        assert bare.headers["Cache-Control"] == "no-cache"
        assert bare.headers["ETag"]


def test_a_changed_static_file_has_another_address(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    before = client.get("/look", base_url=HERE).text
    (tmp_path / "look.css").write_text("main { color: white }")
    assert client.get("/look", base_url=HERE).text != before
