"""The story in the window itself: by touch, by arrows, and what the next one finds.

No program reaches into the window's page. What happened is told by the portal's answers to it
(``Tap``), by the database, and by the picture on the screen. Where to touch and which way to steer
is read from a twin: a browser of the same size, in a session of its own, on the same page of the
same portal. The twin's picture is what the window's is held against too.
"""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops, ImageGrab, ImageStat

from kiosk import config
from kiosk.access.issue import Issued
from kiosk.access.verify import Verifier
from sync import clock
from sync.database import Database
from sync.documents.key import fresh, household, person
from sync.documents.report import EVENT, REPORT
from sync.imports import places, residents
from tests.browser.conftest import ROOT, SIZES, hall, stand
from tests.browser.opening import enter
from tests.browser.test_arrows import ask, open_page, press
from tests.browser.test_camera import speaking
from tests.window.conftest import PATIENCE, Screen, display, opened

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
A-1,figuiers,B,3,31,Mme,Amina,Benali,ar
"""
ANSWER: Final = "Le docteur Marabuntix passe jeudi."
FOCUS: Final = """() => {
  const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
  return [left - 12, top - 12, right + 12, bottom + 12].map(Math.round);
}"""
SEEN: Final = """words => {
  const { top, bottom } = document.querySelector("main").getBoundingClientRect();
  const all = [...document.querySelectorAll("main *")];
  const box = all.findLast((each) => each.textContent.includes(words)).getBoundingClientRect();
  return box.top >= top && box.bottom <= bottom;
}"""
DOOR: Final = "/signin/code?staircase=figuiers-a&door=12"
ALIKE: Final = 0.5  # of 255, in the mean of the whole screen …
RING: Final = 4.0  # … and around what has the focus
AGAIN: Final = 10.0  # seconds until a card that was not read is held there once more
KEYS: Final = ("alt+Left", "XF86Back", "BackSpace", "Escape", "F5")
"""By which one goes back in a browser or on a television, or has a page sent anew."""

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Answer:
    """What the portal answered to the window: a path with its query, a status, a text."""

    method: str
    path: str
    status: int
    kind: str
    text: str


@dataclass
class Tap:
    """Stands between the window and the portal, and notes all that the portal answers."""

    portal: int
    port: int = 0
    answers: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> list[tuple[str, str, int]]:
        """The last answers, for who reads of a failure."""
        return [(answer.method, answer.path, answer.status) for answer in self.answers[-30:]]

    def beats(self) -> int:
        """How often the window's page has said that it is painted."""
        return sum(answer.path.endswith("?painted") for answer in self.answers)

    def pages(self) -> list[str]:
        """The addresses of the pages that were shown."""
        return [answer.path for answer in self.answers if is_page(answer)]

    def is_awake(self) -> bool:
        """Whether the last page has painted: its scripts, which hear keys, ran before that."""
        since = takewhile(lambda answer: not is_page(answer), reversed(self.answers))
        return any(answer.path.endswith("?painted") for answer in since)


def is_page(answer: Answer) -> bool:
    """Whether a whole page was answered, or a part of one."""
    html = answer.kind.startswith("text/html") and answer.status == 200
    return html and answer.method != "HEAD"


@contextmanager
def tapped(portal: str) -> Iterator[Tap]:
    """A tap before a portal until the block ends."""
    tap = Tap(int(portal.rpartition(":")[2]))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else None
            headers = {
                name: value.replace(f":{tap.port}", f":{tap.portal}")
                for name, value in self.headers.items()
                if name.lower() not in ("accept-encoding", "connection")
            }
            upstream = http.client.HTTPConnection("127.0.0.1", tap.portal, timeout=60)
            with suppress(OSError, http.client.HTTPException):  # who asked is gone
                upstream.request(self.command, self.path, body, headers)
                self.hand_on(upstream.getresponse())
            upstream.close()

        do_HEAD = do_POST = do_GET

        def hand_on(self, answer: http.client.HTTPResponse) -> None:
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "date", "server"):
                    self.send_header(name, value)
            self.end_headers()
            text = b""
            while part := answer.read1(65536):
                self.wfile.write(part)
                self.wfile.flush()
                text += part
            said = text.decode(errors="replace")
            kind = answer.getheader("Content-Type", "")
            tap.answers.append(Answer(self.command, self.path, answer.status, kind, said))

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tap.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield tap
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Estate:
    """A kiosk and a television of Les Figuiers, on the same data, and what was issued there."""

    urls: dict[str, str]
    database: Database
    issued: dict[str, Issued]


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Any:
    """A browser with a camera, as the window has one."""
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return launch(*flags, whole=True)


@pytest.fixture(scope="module")
def estate(
    start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    folder = tmp_path_factory.mktemp("story")
    data = folder / "data"
    config.prepare(data)
    stand(data)
    node = start_node(data, "--mode", "kiosk")
    secret = (data / "couch.secret").read_text().strip()
    name, _, password = secret.partition(":")
    database = Database(f"http://127.0.0.1:{node.couch_port}", name, password)
    database.create_all()
    places.load(database, str(ROOT / "installer" / "demo" / "places.csv"), now=clock.now())
    (folder / "residents.csv").write_text(RESIDENTS)
    residents.load(database, str(folder / "residents.csv"), now=clock.now())
    verifier = Verifier(database, config.read_key(data / "estate.key"), "n-test.1")
    issued = {
        name: verifier.issue(household("figuiers", *home), person(who), clock.now(), "n-test.1")
        for name, who, home in (
            ("Amina", "A-1", ("figuiers-b", "31")),
            ("Lucien", "L-1", ("figuiers-a", "12")),
        )
    }
    answer_lucien(database)
    couch = f"http://{secret}@127.0.0.1:{node.couch_port}"
    tv = start_node(hall(data, "tv"), "--mode", "tv", "--couch-url", couch)
    for started in (node, tv):
        speaking(started.url)
    yield Estate({"kiosk": node.url, "tv": tv.url}, database, issued)
    for started in (tv, node):
        started.process.terminate()
        started.process.wait(10)


def answer_lucien(database: Database) -> None:
    """Lucien has reported the lift, and HMP has answered."""
    key, at = fresh(), clock.stamp(clock.now())
    who = {"household": household("figuiers", "figuiers-a", "12"), "at": at}
    who["origin"] = "n-00000000.0000"
    lucien = person("L-1")
    report = REPORT.new(key, **who, by=lucien, category="lift", place="figuiers-a", flat=True)
    said = {"report": report["_id"], "state": "planned", "words": ANSWER, "lang": "fr"}
    event = EVENT.new(f"{key}.{fresh()}", **who, by="sclaire", **said)
    assert all(row.rev for row in database.bulk("private", [report, event]))


@dataclass
class Hand:
    """Whoever stands at the window; ``twin`` is a page as the window's should be."""

    screen: Screen
    tap: Tap
    portal: str
    twin: Any
    shots: int = 0

    def shown(self) -> Image.Image:
        """The picture on the screen."""
        return ImageGrab.grab(xdisplay=self.screen.name).convert("RGB")

    def meant(self) -> Image.Image:
        """The picture that the twin would show."""
        return Image.open(BytesIO(self.twin.screenshot())).convert("RGB")

    def difference(self, shown: Image.Image, meant: Image.Image) -> float:
        """How far two pictures are apart; on a television, around the focus too."""
        far = apart(*(picture.resize((120, 120)) for picture in (shown, meant)))
        if self.is_steered():
            box = self.twin.evaluate(FOCUS)
            far = max(far, ALIKE / RING * apart(shown.crop(box), meant.crop(box)))
        return far

    def is_steered(self) -> bool:
        """Whether there are arrows alone here."""
        return bool(self.twin.viewport_size["width"] == SIZES["tv"][0])

    def sees(self) -> Image.Image:
        """The window's picture, once it shows what its twin shows; it stays beside the test."""
        deadline = time.monotonic() + PATIENCE
        self.shots += 1
        while (far := self.difference(shown := self.shown(), meant := self.meant())) > ALIKE:
            if time.monotonic() > deadline:
                self.keep(shown, "shown")
                self.keep(meant, "meant")
                pytest.fail(f"{self.twin.url} is not shown: {far:.1f}, see {self.screen.home}")
        self.keep(shown, "shown")
        return shown

    def keep(self, picture: Image.Image, name: str) -> None:
        """Let a picture lie beside the home of the window."""
        path = self.screen.home.with_name(f"{self.shots:02}-{name}.png")
        picture.save(path, compress_level=1)

    def comes_to(self, path: str, act: Callable[[], Any], again: float = 0) -> str:
        """Act; return the address of the page, beginning so, that the window is answered with.

        ``again``: seconds until acting once more, where that is of use.
        """
        before, acted = len(self.tap.pages()), 0.0
        deadline = time.monotonic() + PATIENCE

        def found() -> list[str]:
            return [page for page in self.tap.pages()[before:] if is_at(page, path)]

        while not found():
            assert time.monotonic() < deadline, (path, self.tap.told())
            if not acted or (again and time.monotonic() > acted + again):
                act()
                acted = time.monotonic()
            time.sleep(0.02)
        return found()[-1]

    def scan(self, card: str) -> None:
        """Hold a card under the scanner, which types it."""
        keys = ("type", "--args", 1, "--delay", 1, card, "key", "Return")
        self.comes_to("/", lambda: self.screen.do(*keys), AGAIN)

    def touch(self, selector: str) -> None:
        """Touch what stands on the screen where it stands in the twin."""
        box = self.twin.locator(f"{selector} >> visible=true").first.bounding_box()
        x, y = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
        assert 0 < y < self.twin.viewport_size["height"]
        self.screen.do("mousemove", x, y, "click", 1)

    def follow(self, selector: str, path: str) -> None:
        """Touch a key that leads to a page."""
        self.sees()
        self.comes_to(path, lambda: self.touch(selector))
        self.twin.locator(f"{selector} >> visible=true").first.click()
        self.twin.wait_for_url(f"**{path}*")

    def steer(self, *goals: str) -> None:
        """Go by arrows to each of these keys of the page, and press OK on each."""
        keys: list[str] = []
        moved = False
        for place, goal in enumerate(goals):
            way = ask(self.twin, "path", goal)
            press(self.twin, way)
            keys += [key.removeprefix("Arrow") for key in way]
            if keys and not moved:  # the first arrow loads what moves the focus
                self.screen.do("key", "--delay", 40, *keys)
                self.sees()
                keys, moved = [], True
            keys.append("Return")
            if place < len(goals) - 1:
                self.twin.keyboard.press("Enter")
        self.screen.do("key", "--delay", 40, *keys)

    def goes(self, path: str, *goals: str) -> str:
        """Come to a page by arrows and OK; its address."""
        self.sees()
        deadline = time.monotonic() + PATIENCE
        while not self.tap.is_awake():
            assert time.monotonic() < deadline, "no key is heard"
            time.sleep(0.02)
        here = self.comes_to(path, lambda: self.steer(*goals))
        open_page(self.twin, self.portal + here)
        return here

    def reads(self, words: str) -> Image.Image:
        """Press Down until these words of the page stand on the screen; its picture."""
        picture = self.sees()
        for _ in range(5):
            if self.twin.evaluate(SEEN, words):
                return picture
            self.twin.keyboard.press("ArrowDown")
            self.screen.do("key", "Down")
            picture = self.sees()
        pytest.fail(f"no arrow leads to {words}")

    def is_nearer(self, one: Image.Image, other: Image.Image) -> bool:
        """Whether what stands on the screen is rather the one than the other."""
        shown = self.shown()
        return apart(shown, one) < apart(shown, other)

    def finds_nothing(self, private: Image.Image, *words: str) -> None:
        """Once who stood here has left: no key shows their page again, nor brings their words."""
        self.twin.context.clear_cookies()
        self.twin.mouse.move(1, 1)
        self.screen.do("mousemove", 1, 1)
        self.twin.goto(self.portal)
        public = self.sees()
        before = len(self.tap.answers)
        known = "".join(answer.text for answer in self.tap.answers[:before])
        assert [word for word in words if word in known] == [*words]
        for key in KEYS:
            self.screen.do("key", "--clearmodifiers", key)
            for _ in range(3):
                assert self.is_nearer(public, private), key
        beats, deadline = self.tap.beats(), time.monotonic() + PATIENCE
        while self.tap.beats() < beats + 2:  # then whatever the keys began is on the screen
            assert time.monotonic() < deadline, "the page is not painted any more"
            assert self.is_nearer(public, private)
        told = "".join(answer.text for answer in self.tap.answers[before:])
        assert [word for word in words if word in told] == []


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures of one size are apart, of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def is_at(page: str, path: str) -> bool:
    """Whether the address of a page begins so; the first page's is itself alone."""
    return page.startswith(path) if path != "/" else urlsplit(page).path == path


@contextmanager
def standing(browser: Any, url: str, mode: str, home: Path) -> Iterator[Hand]:
    """Someone at a window that has just opened."""
    home.mkdir()
    width, height = SIZES[mode]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    twin = context.new_page()
    twin.set_default_timeout(PATIENCE * 1000)
    twin.goto(url)
    with display(home, SIZES[mode]) as screen, tapped(url) as tap:
        screen.do("mousemove", width - 1, height - 1)
        with opened(screen, tap.url, mode=mode):
            screen.wait_for("Résidacœur")
            yield Hand(screen, tap, url, twin)
    context.close()


def test_amina_reports_in_the_window_by_touch(browser: Any, estate: Estate, tmp_path: Path) -> None:
    card = estate.issued["Amina"].card
    with standing(browser, estate.urls["kiosk"], "kiosk", tmp_path / "home") as amina:
        amina.sees()
        amina.scan(card)
        amina.twin.keyboard.type(card)
        amina.twin.keyboard.press("Enter")
        amina.twin.wait_for_selector("html[lang=ar] form[action='/leave']")
        amina.follow("a[href='/report/']", "/report/")
        amina.follow("a[href*='what=lift']", "/report/where")
        amina.follow("main a[href*='place=figuiers-b']", "/report/photo")
        amina.follow("main a[href^='/report/words']", "/report/words")
        amina.sees()
        amina.touch("label.chip")
        amina.twin.click("label.chip >> nth=0")
        amina.follow("form.telling button.act", "/report/check")
        amina.sees()
        sent = amina.comes_to("/report/sent/", lambda: amina.touch("form.telling button.act"))
        amina.twin.goto(estate.urls["kiosk"] + sent)
        receipt = amina.sees()
        amina.comes_to("/", lambda: amina.touch("form[action='/leave'] button"))
        key = sent.rpartition("/")[2]
        amina.finds_nothing(receipt, "Benali", key)
    documents = estate.database.range("private", "", "z")
    (report,) = [d for d in documents if d.get("by") == person("A-1") and "category" in d]
    assert report["_id"].endswith(key)
    assert report["category"] == "lift"
    assert report["place"].startswith("figuiers-b")
    assert len(report["signs"]) == 1


def test_lucien_reads_by_arrows_and_the_next_one_finds_nothing(
    browser: Any, estate: Estate, tmp_path: Path
) -> None:
    url, code = estate.urls["tv"], estate.issued["Lucien"].code
    with standing(browser, url, "tv", tmp_path / "home") as lucien:
        open_page(lucien.twin, url)
        lucien.goes("/signin", "a[href='/signin']")
        lucien.goes("/signin/door", "a[href*='staircase=figuiers-a']")
        lucien.goes("/signin/code", *pad("12"), "form[action='/signin/code'] button.act")
        lucien.sees()
        here = lucien.comes_to("/", lambda: lucien.steer(*pad(code), ".pad .act"))
        enter(lucien.twin, url, DOOR, code)
        open_page(lucien.twin, url + here)
        lucien.goes("/reports/", "a[href='/reports/']")
        lucien.goes("/reports/0", "main .notices a")
        answer = lucien.reads(ANSWER)
        here = lucien.comes_to("/reports/", lambda: lucien.screen.do("key", "XF86Back"))
        open_page(lucien.twin, url + here)
        lucien.sees()
        lucien.comes_to("/", lambda: lucien.steer("form[action='/leave'] button"))
        lucien.finds_nothing(answer, ANSWER, "Martin")


def pad(signs: str) -> list[str]:
    """The keys of these signs on the screen."""
    return [f".pad [data-sign='{sign}']" for sign in signs]
