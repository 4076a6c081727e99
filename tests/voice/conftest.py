"""A real worker process, in a directory in memory, started and ended by each test that wants it."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from voice.client import Voice

Start = Callable[..., subprocess.Popen[str]]
PROMPTS = {"outage": {"fr": "Les nouvelles ne viennent plus.", "ar": "الأخبار لا تصل الآن."}}


@pytest.fixture
def place() -> Iterator[Path]:
    """A runtime directory short enough for a socket's name."""
    directory = Path(tempfile.mkdtemp(prefix="voice-test-", dir="/dev/shm"))
    yield directory / "run"
    shutil.rmtree(directory)


@pytest.fixture
def log(place: Path) -> Path:
    """What the worker started last wrote."""
    return place.parent / "log"


@pytest.fixture
def start(log: Path) -> Iterator[Start]:
    """Starts workers; `before` is Python run in the process first."""
    running: list[subprocess.Popen[str]] = []

    def begin(
        prompts: object = PROMPTS, before: str = "", wait: bool = True
    ) -> subprocess.Popen[str]:
        code = (
            f"import json, logging, pathlib, sys\n{before}\n"
            "from voice.worker import run\nlogging.basicConfig(level='INFO')\n"
            "sys.exit(run(pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])))"
        )
        command = [sys.executable, "-c", code, str(log.parent / "run"), json.dumps(prompts)]
        with log.open("w") as output:
            process = subprocess.Popen(command, stderr=output, text=True)
        running.append(process)
        if wait:
            until(lambda: "serves" in log.read_text())
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def voice(start: Start, place: Path) -> Voice:
    """A client of a worker that runs."""
    start()
    return Voice(place / "voice.sock")


def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that becomes true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.01)


@pytest.fixture(name="until")
def _until() -> Callable[..., None]:
    return until
