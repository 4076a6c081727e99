"""A portal on a real database, and the people who come to it."""

import asyncio
import html
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app
from kiosk import config, cookies
from kiosk.access.tokens import new_token
from kiosk.membership.signing import Pen
from kiosk.portal import create_app
from kiosk.services import Services
from sync import clock
from sync.database import Database
from sync.documents.key import household, natural, person
from sync.imports import places, residents
from sync.mesh.errors import Refusal
from sync.mesh.gateway.answers import refused
from sync.mesh.identity import identity
from sync.mesh.signatures import Signatures

DEMO: Final = Path(__file__).resolve().parents[2] / "installer" / "demo"

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
A-1,figuiers,B,3,31,Mme,Amina,Benali,ar
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
F-1,figuiers,B,4,42,Mme,Fatou,Diallo,fr
F-2,figuiers,B,4,42,,Moussa,Diallo,fr
S-1,gabians,C,2,21,Mme,Samira,Hamdi,fr
"""

STAFF: Final = """\
reference,role,name,phone,residence
C-1,agent,Claire Ferrand,,
G-1,caretaker,Gérard Rossi,,figuiers
N-1,moderator,Nadia Costa,,
T-1,administrator,Thierry Masson,,
"""


@dataclass(frozen=True)
class Someone:
    """One of the cast: ``account`` is the household, or the staff member; ``home`` a staircase."""

    person: str
    account: str
    home: str = ""


def _resident(reference: str, staircase: str, door: str) -> Someone:
    residence = staircase.rpartition("-")[0]
    return Someone(person(reference), household(residence, staircase, door), staircase)


def _staff(reference: str) -> Someone:
    id = "s" + natural("staff", reference, length=12)
    return Someone(id, id)


CAST: Final = {
    "Amina": _resident("A-1", "figuiers-b", "31"),
    "Lucien": _resident("L-1", "figuiers-a", "12"),
    "Fatou": _resident("F-1", "figuiers-b", "42"),
    "Moussa": _resident("F-2", "figuiers-b", "42"),
    "Samira": _resident("S-1", "gabians-c", "21"),
    "Claire": _staff("C-1"),
    "Gérard": _staff("G-1"),
    "Nadia": _staff("N-1"),
    "Thierry": _staff("T-1"),
}


@dataclass
class Screen:
    """A browser before one portal: keeps its cookies, sends ``Host``, ``Origin`` and the CSRF word.

    ``someone`` is None for a passer-by. ``url`` is the portal's, without a path.
    """

    client: FlaskClient
    services: Services
    url: str
    token: str
    someone: Someone | None = None

    @property
    def csrf(self) -> str:
        """The word that this browser's forms carry."""
        return self.services.sessions.csrf(self.token)

    def get(self, path: str, **more: Any) -> TestResponse:
        """What a link to ``path`` opens; redirections are not followed."""
        return self.client.get(path, base_url=self.url, **more)

    def post(self, path: str, data: Any = (), csrf: str | None = None, **more: Any) -> TestResponse:
        """What sending a form to ``path`` answers; ``data``: its fields, files included."""
        fields = {**dict(data), "csrf": self.csrf if csrf is None else csrf}
        headers = {"Origin": self.url, **more.pop("headers", {})}
        return self.client.post(path, base_url=self.url, data=fields, headers=headers, **more)

    def leave(self) -> None:
        """End the session without the browser knowing: as when nobody acted for too long."""
        self.services.sessions.close(self.token, clock.now())


@dataclass
class Portal:
    """One node's data, and the portals that serve it."""

    config: config.Config
    database: Database
    cast: dict[str, Someone] = field(default_factory=lambda: dict(CAST))
    apps: dict[tuple[config.Mode, tuple[str, ...], str], Flask] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)

    def app(
        self,
        mode: config.Mode = "home",
        roles: tuple[str, ...] = ("kiosk", "landlord"),
        staircase: str = "",
    ) -> Flask:
        """The application in this mode; ``roles`` of its node; ``staircase``: "figuiers-b"."""
        asked = (mode, roles, staircase)
        if asked not in self.apps:
            residence = staircase.rpartition("-")[0] or None
            node = replace(
                self.config.node, roles=roles, residence=residence, staircase=staircase or None
            )
            self.apps[asked] = create_app(replace(self.config, mode=mode, node=node))
        return self.apps[asked]

    def services(self, **which: Any) -> Services:
        """What the pages of :meth:`app` are built upon."""
        found: Services = self.app(**which).extensions["residacoeur"]
        return found

    def visit(self, language: str = "fr", **which: Any) -> Screen:
        """A passer-by's screen; ``which`` as for :meth:`app`."""
        services = self.services(**which)
        token = new_token()
        return self._screen(Screen(self._client(which), services, self._url, token), language)

    def sign_in(self, name: str, language: str = "fr", **which: Any) -> Screen:
        """A screen at which one of the cast has signed in, by their card."""
        someone, services, now = self.cast[name], self.services(**which), clock.now()
        entrance = services.verifier.by_card(self._card(name, now), now)
        assert entrance is not None
        token = services.sessions.open(entrance.who, now, services.config.mode)
        services.drafts.keys.hold(token, entrance.key)
        screen = Screen(self._client(which), services, self._url, token, someone)
        return self._screen(screen, language)

    def _card(self, name: str, now: datetime) -> str:
        """The card of one of the cast, issued once: another would make their drafts unreadable."""
        if name not in self.cards:
            someone, verifier = self.cast[name], self.services().verifier
            origin = self.config.node.origin
            self.cards[name] = verifier.issue(someone.account, someone.person, now, origin).card
        return self.cards[name]

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.config.port}"

    def _client(self, which: dict[str, Any]) -> FlaskClient:
        return self.app(**which).test_client()

    def _screen(self, screen: Screen, language: str) -> Screen:
        look = f"{language}.normal.light.normal"
        for word, value in (("visit", screen.token), ("look", look)):
            name = cookies.name(word, self.config.port)
            screen.client.set_cookie(name, value, domain="127.0.0.1")
        return screen


@pytest.fixture(scope="module")
def portal(
    start_couch: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """A portal on a database of this module's own, which knows the demo's places and the cast."""
    folder = tmp_path_factory.mktemp("portal")
    config.prepare(folder / "data")
    couch = start_couch(folder / "data")
    settings = config.read(folder / "data", 8080, couch.url)
    database = Database(settings.couch_url, settings.couch_name, settings.couch_password)
    database.create_all()
    places.load(database, str(DEMO / "places.csv"), now=clock.now())
    for name, rows in (("residents.csv", RESIDENTS), ("staff.csv", STAFF)):
        (folder / name).write_text(rows)
        residents.load(database, str(folder / name), now=clock.now())
    yield Portal(settings, database)
    couch.process.terminate()
    couch.process.wait(10)


FIELD: Final = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"[^>]*>')


@pytest.fixture(scope="session")
def hidden() -> Callable[[TestResponse], dict[str, str]]:
    """A function hidden(answer) → the hidden fields of a page, the CSRF word apart."""

    def found(answer: TestResponse) -> dict[str, str]:
        pairs = FIELD.findall(answer.text)
        return {name: html.unescape(value) for name, value in pairs if name not in ("csrf", "page")}

    return found


@contextmanager
def _answering(data: Path) -> Iterator[Pen]:
    own = identity.read(data)
    assert own is not None
    signatures = Signatures(own, config.read_node(data).origin)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await signatures.answer(request)
        except Refusal as refusal:
            return refused(refusal)

    async def stop() -> None:
        listening.close()  # in its own loop: connections end there at the same time
        await served.shutdown(1)

    loop = asyncio.new_event_loop()
    served = web.Server(answer, loop=loop)
    listening = loop.run_until_complete(loop.create_server(served, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    (data / "egress.secret").write_text("word")
    try:
        yield Pen(data, listening.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="session")
def answering() -> Callable[[Path], AbstractContextManager[Pen]]:
    """A function answering(data): within it, the pen of that node, whose mesh does nothing else."""
    return _answering


@pytest.fixture(scope="module")
def landlord(portal: Portal) -> Iterator[Portal]:
    """The portal as the landlord's of an estate, whose mesh signs; for all tests of a module."""
    assert app.main(["estate", "new", "--data", str(portal.config.data)]) == 0
    node = config.read_node(portal.config.data)
    with _answering(portal.config.data) as pen:
        portal.config = replace(portal.config, egress=pen.egress, node=node)
        portal.apps.clear()
        yield portal
