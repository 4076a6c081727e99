"""The whole node with its window: whatever is killed, the portal is back on the screen."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from kiosk import config
from kiosk.shell import keepers
from tests.window.conftest import ROOT, SIZE, Screen, members, process, until

SHOWN: Final = "Résidacœur"
STAFF: Final = """\
reference,role,name,phone,residence
G-1,caretaker,Gérard Rossi,04 91 00 00 00,figuiers
"""


class Hall:
    """A kiosk in a hall: `residacoeur serve` with its window."""

    def __init__(self, data: Path, port: int, pid: int) -> None:
        self.data, self.pid = data, pid
        self.url = f"http://127.0.0.1:{port}"

    def children(self) -> dict[str, int]:
        """The processes of the node by name."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        names = {}
        for each in found:
            with suppress(OSError):  # it has ended meanwhile
                parts = Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0")
                names.update({parts[2].decode(): int(each)} if len(parts) > 2 else {})
        return names

    def answers(self) -> bool:
        """Whether pages can be shown."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(json.loads(answer.read())["database"])
        except OSError:
            return False


@pytest.fixture(scope="module")
def hall(
    screen: Screen, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    """A kiosk of Les Figuiers, on the screen."""
    data, port = tmp_path_factory.mktemp("hall") / "data", free_port()
    config.prepare(data)
    node = json.loads((data / "node.json").read_text())
    (data / "node.json").write_text(json.dumps({**node, "residence": "figuiers"}))
    ports = ["--port", str(port), "--couch-port", str(free_port())]
    arguments = [sys.executable, "-m", "app", "serve", "--data", str(data), "--mode", "kiosk"]
    with (data.parent / "log").open("ab") as log:
        with process([*arguments, *ports], log, env=screen.env) as started:
            screen.wait_for(SHOWN)
            yield Hall(data, port, started.pid)
        until(lambda: screen.windows() == [], "the window outlives its node")


def test_serve_shows_the_portal_full_screen(hall: Hall, screen: Screen) -> None:
    until(lambda: screen.colours() > 200)
    found = screen.do("search", "--onlyvisible", "--name", SHOWN, "getwindowgeometry")
    assert f"{SIZE[0]}x{SIZE[1]}" in found
    assert sorted(hall.children()) == ["couch", "mesh", "portal", "voice", "window"]


def test_the_page_in_the_window_says_that_it_lives(hall: Hall) -> None:
    agent = {"User-Agent": "Mozilla/5.0 ResidacoeurWindow/1"}
    with urllib.request.urlopen(urllib.request.Request(hall.url, headers=agent)) as answer:
        assert "js/beat.js" in answer.read().decode()
    with urllib.request.urlopen(hall.url) as answer:
        assert "js/beat.js" not in answer.read().decode()


@pytest.mark.parametrize("name", ["window", "portal", "couch"])
def test_whatever_is_killed_the_portal_is_back_on_the_screen(
    hall: Hall, screen: Screen, name: str
) -> None:
    killed = hall.children()[name]
    os.kill(killed, signal.SIGKILL)
    until(lambda: hall.children().get(name, killed) != killed)
    until(hall.answers)
    screen.wait_for(SHOWN)
    assert [pid for pid, *_ in members(killed)] == [], "nothing of it is left"


def test_the_caretaker_is_known_when_the_node_is_gone(
    hall: Hall, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "staff.csv").write_text(STAFF)
    places = ROOT / "installer" / "demo" / "places.csv"
    for kind, path in (("places", places), ("residents", tmp_path / "staff.csv")):
        words = [sys.executable, "-m", "app", "import", kind, str(path), "--data", str(hall.data)]
        subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=60)
    assert until(lambda: keepers.learn(hall.url, hall.data)) == ["Gérard Rossi, 04 91 00 00 00"]
    assert keepers.learn("http://127.0.0.1:1", hall.data) == keepers.known(hall.data) != []
