"""The servers that the contract tests run against: the embedded one and, where `COUCH_REF_URL`
names one (without credentials, administrator admin:secret), a real Apache CouchDB."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

ROOT = Path(__file__).resolve().parents[3]
ADMIN = ("admin", "secret")
REFERENCE = os.environ.get("COUCH_REF_URL")
collect_ignore = [] if REFERENCE else ["test_apache.py"]
PATIENCE = 60
PROGRAM = """
import sys
from pathlib import Path
from sync.couch.server import run
admin = tuple(sys.argv[3:5]) or None
sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), admin))
"""


@dataclass
class Server:
    """A CouchDB-protocol server and a session of its administrator."""

    url: str
    kind: str = "embedded"
    process: subprocess.Popen[bytes] | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.auth = ADMIN

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.url + path, timeout=PATIENCE, **options)

    def anonymous(self, method: str, path: str, **options: Any) -> requests.Response:
        return requests.request(method, self.url + path, timeout=PATIENCE, **options)


@dataclass
class Db:
    """One empty database on one of the servers."""

    server: Server
    name: str

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.server.ask(method, f"/{self.name}{path}", **options)

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.ask("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, **options: Any) -> Any:
        """The JSON of a POST that must succeed."""
        answer = self.ask("POST", path, json=body, **options)
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.json()

    def put(self, id: str, body: Any, **params: Any) -> str:
        """The revision that writing `body` under `id` makes."""
        answer = self.ask("PUT", f"/{id}", json=body, params=params)
        assert answer.status_code == (200 if body.get("_deleted") else 201), answer.text
        return str(answer.json()["rev"])

    def graft(self, *docs: dict[str, Any]) -> Any:
        """Write replicated revisions; what was refused."""
        return self.post("/_bulk_docs", {"docs": docs, "new_edits": False})

    def error(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        answer = self.ask(method, path, **options)
        return answer.status_code, answer.json()["error"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_up(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url + "/_up", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.02)
    pytest.fail(f"{url} does not answer")


Launch = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """launch(dir, port, *admin): the server's process, ended with the tests."""
    with ExitStack() as stack:

        def start(directory: Path, port: int, *admin: str) -> subprocess.Popen[bytes]:
            arguments = [sys.executable, "-c", PROGRAM, str(directory), str(port), *admin]
            process = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE)
            stack.callback(_end, process)
            return process

        yield start


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(scope="session")
def serve(launch: Launch) -> Callable[[Path], Server]:
    """serve(dir): an embedded server over `dir` that answers."""

    def start(directory: Path) -> Server:
        port = free_port()
        process = launch(directory, port, *ADMIN)
        server = Server(f"http://127.0.0.1:{port}", "embedded", process)
        await_up(server.url, process)
        return server

    return start


@pytest.fixture(scope="session")
def embedded(
    serve: Callable[[Path], Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    server = serve(tmp_path_factory.mktemp("couch"))
    yield server
    assert server.process is not None
    assert server.process.poll() is None, "the server died"


@pytest.fixture(params=["embedded", *(["reference"] if REFERENCE else [])])
def server(request: pytest.FixtureRequest) -> Server:
    """Each server in turn: a contract test says the same of all."""
    if request.param == "reference":
        return Server(str(REFERENCE).rstrip("/"), "reference")
    embedded: Server = request.getfixturevalue("embedded")
    return embedded


@pytest.fixture
def db(server: Server) -> Iterator[Db]:
    """An empty database, gone after the test."""
    db = Db(server, f"t-{uuid4().hex}")
    # One shard: rows of several come in no order.
    assert server.ask("PUT", f"/{db.name}?q=1").status_code in (201, 202)
    yield db
    server.ask("DELETE", f"/{db.name}")


@pytest.fixture
def own(embedded: Server) -> Iterator[Db]:
    """An empty database on the embedded server, for what is its own."""
    db = Db(embedded, f"t-{uuid4().hex}")
    assert embedded.ask("PUT", f"/{db.name}").status_code == 201
    yield db
    embedded.ask("DELETE", f"/{db.name}")
