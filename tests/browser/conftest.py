"""One demonstration estate, shown on the three kinds of screen, in a real browser."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from sync import clock
from sync.database import Database
from sync.documents.node import NODE

ROOT: Final = Path(__file__).resolve().parents[2]
SIZES: Final = {"kiosk": (1080, 1920), "home": (1280, 800), "tv": (1920, 1080)}
MODES: Final = tuple(SIZES)


@dataclass
class Demo:
    """The demonstration estate: a node at home and, on the same data, a kiosk and a television."""

    node: Any
    urls: dict[str, str]
    codes: dict[str, str]


def run(*arguments: str) -> str:
    """What Python prints for these arguments; fails with all it said."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def issue(data: Path, door: str, person: str = "") -> str:
    """A code for someone behind a door, as the command prints it."""
    name = ["--person", person] if person else []
    said = run("-m", "app", "card", door, *name, "--data", str(data))
    return next(line for line in said.splitlines() if "Code" in line).split(":")[1].strip()


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data directory with the whole demonstration estate in it, made by its own installer.

    Made once, for all who run tests side by side: let nobody serve it, but a copy.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    data, making = shared / "demo", shared / "demo-in-the-making"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            shutil.rmtree(making, ignore_errors=True)
            run("installer/estate.py", "--data", str(making))
            making.rename(data)
    return data


@pytest.fixture(scope="session")
def demo(
    estate: Path, start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Demo:
    """The estate on three screens, with codes for Amina, Claire and Thierry."""
    data = tmp_path_factory.mktemp("shown") / "data"
    shutil.copytree(estate, data)
    home = start_node(data)
    urls = {"home": home.url}
    secret = (data / "couch.secret").read_text().strip()
    couch = f"http://{secret}@127.0.0.1:{home.couch_port}"
    for mode in ("kiosk", "tv"):
        urls[mode] = start_node(hall(data, mode), "--mode", mode, "--couch-url", couch).url
    codes = {
        "Amina": issue(data, "figuiers-b-31", "Amina Benali"),
        "Claire": issue(data, "Claire Ferrand"),
        "Thierry": issue(data, "Thierry Masson"),
    }
    say_how_halls_are(Database(f"http://127.0.0.1:{home.couch_port}", *secret.split(":")))
    return Demo(home, urls, codes)


def say_how_halls_are(database: Database) -> None:
    """Write what two machines of the estate said last: one is well, one was not heard for long."""
    waiting = {"urgent": 0, "words": 4, "media": 3}
    since = clock.stamp(clock.now())
    other = {"id": "n-b", "name": "Hall B", "role": "kiosk", "state": "seen", "why": "firewall"}
    for key, name, hours, peers in (
        ("n-a", "Hall A", 0, [{**other, "since": since}]),
        ("n-b", "Hall B", 3, []),
    ):
        document = NODE.new(
            key,
            at=clock.stamp(clock.now() - timedelta(hours=hours)),
            origin=f"{key}.1",
            name=name,
            role="kiosk",
            version="2026.11",
            disk=38 * 10**9,
            clock={"certain": True, "ahead": 3},
            peers=peers,
            waiting=waiting,
            refused=1,
            merged=2,
        )
        database.put("status", document)


def hall(data: Path, mode: str) -> Path:
    """A data directory of the same estate, for another screen."""
    other = data.with_name(mode)
    other.mkdir()
    for name in ("estate.key", "node.json"):
        shutil.copy(data / name, other)
    stand(other)
    return other


@dataclass
class Stage:
    """A node of one story's own, on the whole estate, at Les Figuiers, staircase B."""

    node: Any
    codes: dict[str, str]

    @property
    def url(self) -> str:
        """Where its pages are."""
        return str(self.node.url)

    def kill(self, part: str) -> None:
        """Kill -9 one of the node's processes: "couch", "portal" or "voice"."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.node.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        pids = [int(line.split()[0]) for line in listed.splitlines() if f" {part} " in line]
        assert len(pids) == 1, listed
        os.kill(pids[0], signal.SIGKILL)


@pytest.fixture
def stage(
    estate: Path, start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A node whose processes a test may kill."""
    data = tmp_path_factory.mktemp("stage") / "data"
    shutil.copytree(estate, data)
    stand(data)
    node = start_node(data)
    yield Stage(
        node,
        {
            "Amina": issue(data, "figuiers-b-31", "Amina Benali"),
            "Claire": issue(data, "Claire Ferrand"),
        },
    )
    node.process.terminate()
    node.process.wait(10)


def stand(data: Path) -> None:
    """Put the node's screen at Les Figuiers, staircase B."""
    node = json.loads((data / "node.json").read_text())
    stands = {"residence": "figuiers", "staircase": "figuiers-b"}
    (data / "node.json").write_text(json.dumps({**node, **stands}))


@pytest.fixture(scope="module")
def known(browser: Any, demo: Demo) -> dict[str, str]:
    """What has been reported here, by its addresses (tests/browser/examples.py)."""
    from tests.browser.opening import begin  # after this module, whose screens it opens

    return begin(browser, demo)
