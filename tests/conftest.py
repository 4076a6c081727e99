"""What every test may use: a real database, a whole node, a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
HEADLESS = "/usr/bin/chromium-headless-shell"
"""The same engine without the browser around it: a page costs two thirds of the processor."""
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DATABASES = [
    "estate",
    "estate-media",
    "private",
    "private-media",
    "accounts",
    "status",
    "usage",
    "node",
]  # section 3
PATIENCE = 30  # seconds until a process that does not answer fails the test


Through = Callable[[list[str], tuple[int, ...]], list[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the long tests too")


def pytest_report_header(config: pytest.Config) -> list[str]:
    from tests.sync.mesh.whole import namespaces

    full, forbidden = config.getoption("--full"), namespaces.may()
    apart = f"addresses of loopback ({forbidden})" if forbidden else "network namespaces"
    return [
        "long tests (marked full): " + ("run" if full else "left out, --full runs them"),
        f"halls cut from each other: {apart}",
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if not item.get_closest_marker("full")]


def free_port_now() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function giving a port of 127.0.0.1 nobody listens on."""
    return free_port_now


def command(*arguments: str | Path) -> list[str]:
    """The `residacoeur` command of this checkout."""
    return [sys.executable, "-m", "app", *map(str, arguments)]


@contextmanager
def running(arguments: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, ended with the test; what it says goes to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `url` answers anything but 5xx; fail with the log if the process ends."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as answer:
            answer.close()
            if answer.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.05)
    pytest.fail(f"{url} does not answer\n{log.read_text(errors='replace')[-4000:]}")


@dataclass(frozen=True)
class Couch:
    """A running embedded database."""

    url: str
    name: str
    password: str
    data: Path
    port: int
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def start_couch() -> Iterator[Callable[..., Couch]]:
    """A function start_couch(data, port=0) that runs the embedded database until the session ends.

    A test that kills its database starts one of its own with this.
    """
    with ExitStack() as stack:

        def start(data: Path, port: int = 0) -> Couch:
            port = port or free_port_now()
            log = data.parent / f"{data.name}-couch.log"
            arguments = command("couch", "--data", data, "--port", str(port))
            process = stack.enter_context(running(arguments, log))
            wait_for(f"http://127.0.0.1:{port}/_up", process, log)
            name, _, password = (data / "couch.secret").read_text().strip().partition(":")
            return Couch(f"http://127.0.0.1:{port}", name, password, data, port, process)

        yield start


@pytest.fixture(scope="session")
def couch(start_couch: Callable[..., Couch], tmp_path_factory: pytest.TempPathFactory) -> Couch:
    """One embedded database for the whole session: url, name, password, data, port, process."""
    return start_couch(tmp_path_factory.mktemp("couch") / "data")


@pytest.fixture
def database(couch: Couch) -> Any:
    """A sync.database.Database whose databases were just made anew, empty, with their indexes."""
    import requests

    from sync.database import Database

    for name in DATABASES:
        url, auth = f"{couch.url}/{name}", (couch.name, couch.password)
        answer = requests.delete(url, auth=auth, timeout=30)
        assert answer.status_code in (200, 404), answer.text
    fresh = Database(couch.url, couch.name, couch.password)
    fresh.create_all()
    return fresh


@dataclass(frozen=True)
class RunningNode:
    """A whole node: `residacoeur serve --no-window` and its children."""

    url: str
    data: Path
    port: int
    couch_port: int
    process: subprocess.Popen[bytes]

    def run(self, *arguments: str | Path) -> str:
        """What `residacoeur ARGUMENTS --data <this node's>` prints; fails when it fails."""
        done = subprocess.run(
            command(*arguments, "--data", self.data),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def begin_node(
    stack: ExitStack, data: Path, *options: str, through: Through | None = None
) -> RunningNode:
    """A node that runs until ``stack`` ends it.

    ``through`` is given the command and the ports of portal and database, and says what to run
    instead: a test may have the node elsewhere.
    """
    port, couch_port = free_port_now(), free_port_now()
    log = data.parent / f"{data.name}-serve.log"
    arguments = command("serve", "--data", data, "--port", str(port))
    arguments += ["--couch-port", str(couch_port), "--no-window", *options]
    if through:
        arguments = through(arguments, (port, couch_port))
    process = stack.enter_context(running(arguments, log))
    url = f"http://127.0.0.1:{port}"
    wait_for(f"{url}/healthz", process, log)
    return RunningNode(url, data, port, couch_port, process)


@pytest.fixture(scope="session")
def start_node() -> Iterator[Callable[..., RunningNode]]:
    """A function start_node(data, *options, through=None) that runs a node until the session ends
    (:func:`begin_node`)."""
    with ExitStack() as stack:
        yield partial(begin_node, stack)


@pytest.fixture(scope="module")
def node(
    start_node: Callable[..., RunningNode], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningNode]:
    """A node of this module's own, empty, in home mode: url, data, ports, process, run()."""
    started = start_node(tmp_path_factory.mktemp("node") / "data")
    yield started
    started.process.terminate()
    started.process.wait(10)


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Any]]:
    """A function launch(*flags, whole=False) that starts Debian's chromium, driven by Playwright.

    ``whole``: with its window drawn in memory, which asks for permissions and draws letters as
    people's browsers do. The environment's CHROMIUM names another in its place.

    Not for the whole session: its event loop would stay in the way of asyncio tests.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, ExitStack() as stack:

        def start(*flags: str, whole: bool = False) -> Any:
            path = os.environ.get("CHROMIUM", CHROMIUM if whole else HEADLESS)
            chromium = playwright.chromium.launch(
                executable_path=path, args=[*CHROMIUM_FLAGS, *flags]
            )
            stack.callback(chromium.close)
            return chromium

        yield start


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Any:
    """A browser as it comes."""
    return launch()


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Options of the browser's profile; a module overrides this fixture to change them."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "fr-FR"}


@pytest.fixture
def page(browser: Any, context_options: dict[str, Any]) -> Iterator[Any]:
    """A page in a new, empty profile."""
    context = browser.new_context(**context_options)
    yield context.new_page()
    context.close()
