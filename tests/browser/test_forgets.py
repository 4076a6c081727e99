"""A shared screen forgets: what was typed, shown and heard in a visit is found nowhere after it."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Error, sync_playwright

from kiosk import config
from kiosk.access.codes import new_code, show
from sync.clock import now, stamp
from sync.database import Database
from sync.documents.key import fresh, household, person
from sync.documents.report import EVENT, REPORT
from tests.browser import traces
from tests.browser.conftest import ROOT, Stage, issue, stand
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, wait_for

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
"""
IDLE: Final = 32
"""Seconds without an act on this kiosk."""

TYPED: Final = "Le voisin Quintessio crie la nuit."
ANSWER: Final = "Le docteur Marabuntix passe jeudi."
HEARD: Final = "audio/wav"
CODE_PAGE: Final = "/signin/code?staircase=figuiers-a&door=12"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage(start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A kiosk that forgets soon, the demonstration's places, and Lucien."""
    data = tmp_path_factory.mktemp("forgets") / "data"
    config.prepare(data)
    stand(data)
    told = json.loads((data / "node.json").read_text())
    (data / "node.json").write_text(json.dumps({**told, "idle": IDLE}))
    residents = data.with_name("residents.csv")
    residents.write_text(RESIDENTS)
    node = start_node(data, "--mode", "kiosk")
    node.run("import", "places", ROOT / "installer" / "demo" / "places.csv")
    node.run("import", "residents", residents)
    yield Stage(node, {"Lucien": issue(data, "figuiers-a-12", "Lucien Martin")})
    node.process.terminate()
    node.process.wait(10)


@pytest.fixture(scope="module")
def open_profile() -> Iterator[Any]:
    """A function open_profile(folder): a browser whose profile lies in this folder, on the disk."""
    with sync_playwright() as playwright:

        @contextmanager
        def opened(folder: Path) -> Iterator[Any]:
            context = playwright.chromium.launch_persistent_context(
                folder,
                executable_path=CHROMIUM,
                args=CHROMIUM_FLAGS,
                viewport={"width": 1080, "height": 1920},
                locale="fr-FR",
            )
            yield context.pages[0]
            context.close()

        yield opened


def database(stage: Stage) -> Database:
    name, _, password = (stage.node.data / "couch.secret").read_text().strip().partition(":")
    return Database(f"http://127.0.0.1:{stage.node.couch_port}", name, password)


def answered(stage: Stage) -> str:
    """A report of Lucien's that HMP has answered; returns its key."""
    key, home, origin = fresh(), household("figuiers", "figuiers-a", "12"), "n-00000000.0000"
    lucien, at = person("L-1"), stamp(now())
    who = {"household": home, "at": at, "origin": origin}
    report = REPORT.new(key, **who, by=lucien, category="lift", place="figuiers-a", flat=True)
    said = {"report": report["_id"], "state": "planned", "words": ANSWER, "lang": "fr"}
    event = EVENT.new(f"{key}.{fresh()}", **who, by="sclaire", **said)
    assert all(row.rev for row in database(stage).bulk("private", [report, event]))
    return key


def enter(page: Any, stage: Stage) -> None:
    page.goto(stage.url + CODE_PAGE)
    page.fill("#code", stage.codes["Lucien"])
    page.press("#code", "Enter")
    page.wait_for_selector("form[action='/leave']")


SAID: Final = "() => [...(CSS.highlights.get('said') ?? [])].join(' ')"
ELSE: Final = "words => [...(CSS.highlights.get('said') ?? [])].join(' ') !== words"
LEFT_OUT: Final = """words => {
  const reached = () => words
    ? [...(CSS.highlights.get('said') ?? [])].join(' ').includes(words)
    : Boolean(document.querySelector('dialog#aloud[open]'));
  if (!reached()) document.querySelector('#player [data-act=next]')?.click();
  return reached();
}"""
"""Leaves out one sentence, unless what is waited for is there: these words, else the question."""


def until(page: Any, condition: str, argument: str = "") -> None:
    for _ in range(300):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{condition}: {argument}")


def hear(page: Any) -> dict[str, bytes]:
    """Have the page read aloud, private words too; the sounds up to the answer's, by address."""
    heard: list[Any] = []
    page.on("response", lambda answer: heard.append(answer))
    page.click("button[data-listen]")
    until(page, LEFT_OUT)
    before = page.evaluate(SAID)
    page.click("dialog#aloud button[value=yes]")
    until(page, ELSE, before)
    until(page, LEFT_OUT, ANSWER)
    until(page, "() => CSS.highlights.has('word')")  # it sounds
    sounds = {}
    for answer in heard:
        if answer.headers.get("content-type") == HEARD and "/prompt/" not in answer.url:
            with suppress(Error):  # of one that was left out the browser has kept nothing
                sounds[answer.url] = answer.body()
    assert sounds
    return sounds


def write(page: Any, stage: Stage) -> None:
    """Type a report, look at it as it would be sent, and come back to the words."""
    page.goto(f"{stage.url}/report/where?what=lift")
    page.click("main a.window")
    page.click("main a[href^='/report/words']")
    page.wait_for_selector("textarea")
    page.type("textarea", TYPED)
    page.click("form.telling button.act")
    page.click("button[formaction='/report/words']")
    page.wait_for_selector("textarea")
    assert page.input_value("textarea") == TYPED


def tap(page: Any, stage: Stage, wrong: str, code: str) -> None:
    """Send a code that is nobody's, then type another and leave it there."""
    page.goto(stage.url + CODE_PAGE)
    page.fill("#code", wrong)
    page.press("#code", "Enter")
    page.wait_for_selector("[role=alert]#wrong")
    for sign in code:
        page.click(f".pad [data-sign='{sign}']")
    assert page.input_value("#code") == code


def wait_for_the_end(page: Any) -> None:
    """Until nobody is in and there is nothing to type on the page."""
    gone = "body:not(:has(#code, textarea, form[action='/leave'], dialog[open])) main"
    page.wait_for_selector(gone, timeout=2 * IDLE * 1000, state="attached")
    page.wait_for_load_state()


KEPT: Final = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, history.state, name,
  await indexedDB.databases(), await caches.keys(),
  [...document.querySelectorAll('input, textarea')].map(field => field.value),
  document.documentElement.outerHTML])"""


def held(page: Any) -> bytes:
    """What a page holds, once it has come to rest: one that is gone back to loads itself anew."""
    for _ in range(100):
        with suppress(Error):
            page.wait_for_selector("main", state="attached")
            return str(page.evaluate(KEPT)).encode()
        page.wait_for_timeout(50)
    raise AssertionError("the page does not come to rest")


def in_the_browser(page: Any, stage: Stage) -> bytes:
    """All that a page and those behind it still hold."""
    found = [held(page)]
    for step in (page.go_back, page.go_back, page.go_back, page.go_forward):
        step()
        if page.url.startswith(stage.url):  # before it the browser's own blank page
            found.append(held(page))
    return b"\n".join(found)


def in_the_answers(page: Any, stage: Stage, key: str) -> str:
    """What the portal says to who comes next."""
    ways = (
        "/",
        "/reports/",
        f"/reports/{key}",
        "/report/",
        "/report/resume",
        "/drafts/",
        "/listen",
    )
    return "\n".join(page.request.get(stage.url + way).text() for way in ways)


def test_what_was_typed_shown_and_heard_is_found_nowhere(
    stage: Stage, open_profile: Any, tmp_path: Path
) -> None:
    wrong, code, key = new_code(), new_code(), answered(stage)
    secrets = [
        *(p for typed in (wrong, code, stage.codes["Lucien"]) for p in traces.of_code(typed)),
        *(p for words in (TYPED, "Quintessio") for p in traces.of_words(words)),
    ]
    answer = [p for words in (ANSWER, "Marabuntix") for p in traces.of_words(words)]
    with open_profile(tmp_path / "lucien") as lucien, open_profile(tmp_path / "passer") as passer:
        tap(passer, stage, wrong, code)
        enter(lucien, stage)
        lucien.goto(f"{stage.url}/reports/{key}")
        assert ANSWER in lucien.inner_text("main")
        sounds = hear(lucien)
        write(lucien, stage)
        for page in (lucien, passer):
            assert traces.within(held(page), secrets)
        for page in (lucien, passer):
            wait_for_the_end(page)
        everything = [*secrets, *answer]
        for page in (lucien, passer):
            assert not traces.within(in_the_browser(page, stage), everything)
            assert not traces.within(in_the_answers(page, stage, key).encode(), everything)
        assert {lucien.request.get(url).status for url in sounds} == {404}
        assert traces.left_in(tmp_path, everything) == {}  # as it is, the browser still running
    spoken = [p for sound in sounds.values() for p in traces.of_bytes(sound)]
    assert traces.left_in(tmp_path, [*everything, *spoken]) == {}
    node_keeps_nothing(stage, secrets, answer, spoken)
    the_owner_finds_it_again(stage, open_profile, tmp_path / "again")


def node_keeps_nothing(stage: Stage, secrets: Any, answer: Any, spoken: Any) -> None:
    """Databases, write-ahead logs, logs, and what lies in memory for the processes."""
    data, runtime = stage.node.data, config.runtime_dir(stage.node.data)
    assert traces.left_in(data.parent, secrets) == {}
    holding = traces.left_in(data.parent, answer)
    assert {Path(path).name.split(".")[0] for path in holding} == {"private"}  # where it belongs
    assert (runtime / "voice.sock").exists()
    assert traces.left_in(runtime, [*secrets, *answer, *spoken]) == {}
    (draft,) = database(stage).range("node", "draft:", "draft;")
    assert not traces.within(json.dumps(draft).encode(), secrets)


def the_owner_finds_it_again(stage: Stage, open_profile: Any, folder: Path) -> None:
    """After a kill -9 of portal and database too, with the code."""
    stage.kill("couch")
    stage.kill("portal")
    log = stage.node.data.with_name(f"{stage.node.data.name}-serve.log")
    wait_for(f"{stage.url}/healthz", stage.node.process, log)
    with open_profile(folder) as page:
        enter(page, stage)
        page.wait_for_selector("text=Vous aviez commencé un signalement.")
        page.click("main a.key.act")
        page.wait_for_selector(f"text={TYPED}")


def test_a_trace_is_found_however_it_is_written(tmp_path: Path) -> None:
    code, words = new_code(), "Où est l’échelle ?"
    written = [
        show(code),
        show(code).replace(" ", "-").lower(),
        " ".join(code),
        base64.b64encode(f"xy{code}".encode()).decode(),
    ]
    spelt = [words, json.dumps(words), base64.b64encode(f"x{words} ".encode()).decode()]
    for texts, patterns in ((written, traces.of_code(code)), (spelt, traces.of_words(words))):
        for text in texts:
            for data in (text.encode(), gzip.compress(text.encode())):
                (tmp_path / "cache").write_bytes(b"\0\1" + data + b"\2")
                assert list(traces.left_in(tmp_path, patterns)) == ["cache"], text
        for name in ("utf-16-le", "utf-16-be"):
            assert traces.within(b"x" + texts[0].encode(name), patterns)
    assert not traces.within(show(new_code()).encode(), traces.of_code(code))
