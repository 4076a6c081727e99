"""A clean clone, in a folder with a space in its name, from nothing to a page; and once more."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HTMX = "/static/vendor/htmx.min.js"
FIRST, SECOND = 600, 30  # seconds before the test gives up
WITHOUT_NETWORK = ("unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "-")

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("a folder") / "a clone"
    subprocess.run(["git", "clone", "-q", ROOT, place], check=True)
    return place


@contextmanager
def started(clone: Path, patience: float, *before: str) -> Iterator[tuple[str, str]]:
    """`run.sh` until a page answers: its URL and what was printed; ended as by Ctrl-C."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        ports = [str(one.getsockname()[1]), str(two.getsockname()[1])]
    log = clone.parent / "log"
    options = ["--data", clone.parent / "data", "--port", ports[0], "--couch-port", ports[1]]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*before, "sh", clone / "installer" / "run.sh", *options, "--no-window"],
            cwd="/",
            stdout=output,
            stderr=output,
        )
    try:
        url = f"Résidacœur: http://127.0.0.1:{ports[0]}"
        deadline = time.monotonic() + patience
        while url not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{ports[0]}", log.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_the_first_start_ends_with_a_page_and_two_codes(clone: Path) -> None:
    with started(clone, FIRST) as (url, printed):
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200
        assert len(re.findall(r"code\W+\w{3} \w{3} \w{4} \w\b", printed)) == 2
        assert "porte 31" in printed
        assert "Claire Ferrand" in printed
    assert (clone / HTMX[1:]).exists()


def test_the_second_start_tells_no_code_and_how_to_get_one(clone: Path) -> None:
    with started(clone, SECOND) as (_, printed):
        assert "residacoeur card" in printed
        assert not re.findall(r"\w{3} \w{3} \w{4} \w\b", printed)


def test_a_start_without_network_uses_what_is_installed(clone: Path) -> None:
    if os.geteuid() != 0:
        pytest.fail("to take the network away this test must be root; leave --full out")
    lock = clone / "installer" / "requirements.lock"
    lock.write_text(lock.read_text() + "\n# another day\n")
    with started(
        clone, SECOND, "unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "-"
    ):
        pass  # it printed its address: it answers


def test_an_interrupted_installation_is_taken_up_again(clone: Path) -> None:
    (clone / HTMX[1:]).unlink()
    (clone / ".build" / "python.done").unlink()
    with started(clone, FIRST) as (url, _), urllib.request.urlopen(url + HTMX, timeout=10) as made:
        assert made.status == 200
