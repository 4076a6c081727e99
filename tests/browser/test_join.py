"""The pages by which a resident's computer joins, on a portal that has a mesh to ask."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from cheroot import wsgi

from kiosk import config
from kiosk.joining import Invitation, NotJoined
from kiosk.live import Live
from kiosk.portal import create_app
from kiosk.server import THREADS
from sync import clock
from tests.browser.checks import built, faults, small
from tests.browser.conftest import SIZES
from tests.browser.opening import DOOR, enter

LATE: Final = 20_000

pytestmark = pytest.mark.browser


class Halls:
    """Makes one code, and takes none."""

    def __init__(self, is_free: bool) -> None:
        self.is_free = is_free

    def invite(self, household: str) -> Invitation:
        until: datetime = clock.now() + timedelta(minutes=5)
        return Invitation("K7R2FM9TXC", until, "192.168.1.20:6984")

    def join(self, address: str, code: str) -> None:
        raise NotJoined("silent")


@pytest.fixture
def portal(demo: Any, free_port: Callable[[], int]) -> Iterator[Callable[..., str]]:
    """A function portal(mode, is_free) → the URL of one more portal of the demonstration."""
    running: list[tuple[Live, wsgi.Server]] = []

    def served(mode: config.Mode, is_free: bool) -> str:
        port, data = free_port(), demo.node.data
        app = create_app(config.read(data, port, f"http://127.0.0.1:{demo.node.couch_port}", mode))
        services = app.extensions["residacoeur"]
        app.extensions["residacoeur"] = replace(services, joining=Halls(is_free))
        server = wsgi.Server(("127.0.0.1", port), app, numthreads=THREADS)
        server.prepare()
        threading.Thread(target=server.serve, daemon=True).start()
        running.append((services.live, server))
        return f"http://127.0.0.1:{port}"

    yield served
    for live, server in running:
        live.end()  # else a page that a failure left open would be waited for
        server.stop()


@contextmanager
def opened(browser: Any, mode: str) -> Iterator[Any]:
    width, height = SIZES[mode]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.set_default_timeout(LATE)
    try:
        yield page
    finally:
        page.close()


@pytest.mark.parametrize("mode", ["kiosk", "tv"])
def test_a_code_is_shown_large_without_fault_and_forgotten_with_the_visit(
    browser: Any, demo: Any, portal: Any, mode: config.Mode
) -> None:
    url = portal(mode, is_free=False)
    with opened(browser, mode) as page:
        enter(page, url, DOOR, demo.codes["Amina"])
        for lang in ("fr", "ar"):
            page.goto(f"{url}/?lang={lang}&size=normal")
            page.goto(f"{url}/join/")
            page.click("form[action='/join/code'] button")
            page.wait_for_selector(".ticket .code")
            assert page.inner_text(".code").split() == ["K7R", "2FM", "9TXC"]
            assert faults(page) + built(page, lang) + small(page) == [], lang
        page.goto(f"{url}/")  # where the key to leave is, on every screen
        page.click("form[action='/leave'] button")
        page.wait_for_selector("a[href='/signin']")
        page.goto(f"{url}/join/")
        assert "9TXC" not in page.content()


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_form_of_a_computer_at_home_says_what_is_wrong_without_fault(
    browser: Any, portal: Any, lang: str
) -> None:
    url = portal("home", is_free=True)
    with opened(browser, "home") as page:
        page.goto(f"{url}/?lang={lang}")
        page.goto(f"{url}/join/")
        assert faults(page) + built(page, lang) + small(page) == []
        page.fill("#address", "192.168.1.20:6984")
        page.fill("#code", "k7r 2fm 9txc")
        page.press("#code", "Enter")
        page.wait_for_selector("#address[aria-invalid=true]")
        assert page.input_value("#address") == "192.168.1.20:6984"
        assert page.input_value("#code") == ""
        assert faults(page) + built(page, lang) + small(page) == []
