"""A whole node that runs, and what tests ask of it."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sync.clock import now, stamp
from sync.documents.key import fresh
from sync.documents.report import REPORT

PATIENCE = 90  # seconds; the machine that tests may be busy
AMINA = "hamina23456"


@dataclass
class Member:
    """A running node; ``port`` is that of its gateway. ``couch``: the database it was given,
    "http://name:password@host:port"; its own embedded one without."""

    node: Any
    port: int
    egress: int
    options: list[str]
    couch: str = ""

    def __post_init__(self) -> None:
        secret, _, host = self.couch.removeprefix("http://").rpartition("@")
        if not self.couch:
            secret = (self.node.data / "couch.secret").read_text().strip()
        self.url = f"http://{host or f'127.0.0.1:{self.node.couch_port}'}"
        self.session = requests.Session()
        self.session.auth = tuple(secret.split(":", 1))

    @property
    def origin(self) -> str:
        told = json.loads((self.node.data / "node.json").read_text())
        return f"{told['id']}.{told['incarnation']}"

    @property
    def id(self) -> str:
        return self.origin.partition(".")[0]

    def ask(self, method: str, path: str, **options: Any) -> Any:
        return self.session.request(method, self.url + path, timeout=20, **options)

    def put(self, db: str, document: dict[str, Any]) -> None:
        answer = self.ask("PUT", f"/{db}/{document['_id']}", json=document)
        assert answer.status_code == 201, answer.text

    def get(self, db: str, id: str) -> Any:
        answer = self.ask("GET", f"/{db}/{id}")
        return answer.json() if answer.status_code == 200 else None

    def reach(self) -> dict[str, Any]:
        return self.get("node", "reach:here") or {}

    def process(self, name: str) -> int:
        """The process of a part of the node, from the supervisor's book."""
        log = (self.node.data / "logs" / "supervisor.log").read_text()
        lines = [line for line in log.splitlines() if f"{name}: started" in line]
        return int(lines[-1].split()[-1])

    def report(self, household: str = AMINA) -> dict[str, Any]:
        """Write a report here, as a resident does."""
        made = REPORT.new(
            fresh(),
            household=household,
            at=stamp(now()),
            by="pamina",
            origin=self.origin,
            category="lift",
            place="figuiers-b",
        )
        self.put("private", made)
        return made


def until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What ``what`` says once it is true; fails when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = what()
        except requests.ConnectionError:
            found = None
        if found:
            return found
        time.sleep(0.1)
    pytest.fail("it never came about")


def holds(member: Member, documents: Iterable[dict[str, Any]], db: str = "private") -> bool:
    """Whether a node has every one of these."""
    keys = [document["_id"] for document in documents]
    rows = member.ask("POST", f"/{db}/_all_docs", json={"keys": keys}).json()["rows"]
    return not [row for row in rows if "error" in row]
