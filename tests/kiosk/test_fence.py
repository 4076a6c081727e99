"""The guard as a real browser meets it: our own forms pass, other sites' do not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from kiosk.security import init_app, local_hosts

pytestmark = pytest.mark.browser

FORM = (
    "<!doctype html><html lang=fr><title>Formulaire</title><link rel=icon href='/static/x'>"
    "<form method=post action='{action}'><input type=hidden name=csrf value=good>"
    "<button>Envoyer</button></form>"
)


@contextmanager
def served(app: Flask, port: int) -> Iterator[str]:
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def portal(free_port: Callable[[], int]) -> Iterator[str]:
    """A portal of one page: a form, and below it a script that somebody slipped in."""
    port, app = free_port(), Flask("portal", static_folder=None)
    init_app(app, hosts=local_hosts(port), csrf=lambda word: word == "good")
    app.add_url_rule("/", "home", lambda: FORM.format(action="/"), methods=["GET"])
    app.add_url_rule("/", "sent", lambda: "Merci", methods=["POST"])
    slipped = FORM.format(action="/") + "<script>document.title = 'escaped'</script>"
    app.add_url_rule("/slipped", "slipped", lambda: slipped)
    with served(app, port) as url:
        yield url


@pytest.mark.parametrize("context_options", [{}, {"java_script_enabled": False}])
def test_our_own_form_passes(page: Any, portal: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(portal)
    page.get_by_role("button").click()
    assert page.get_by_text("Merci").is_visible()
    assert [text for text in said if "404" not in text] == []


def test_a_form_on_another_site_does_not(
    page: Any, portal: str, free_port: Callable[[], int]
) -> None:
    elsewhere = Flask("elsewhere", static_folder=None)
    elsewhere.add_url_rule("/", "home", lambda: FORM.format(action=portal))
    with served(elsewhere, free_port()) as url:
        page.goto(url)
        with page.expect_navigation() as answer:
            page.get_by_role("button").click()
        assert answer.value.status == 403


def test_a_script_that_was_slipped_in_does_not_run(page: Any, portal: str) -> None:
    page.goto(f"{portal}/slipped")
    assert page.title() == "Formulaire"
