"""The supervisor, with real processes that are really killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.supervisor import LOG_KEPT, Log

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15

PROGRAM = """
import sys
from pathlib import Path
from kiosk.supervisor import Command, Supervisor

here = Path(sys.argv[1])
children = [
    Command(
        path.stem,
        [sys.executable, str(path)],
        {"HERE": str(here)},
        last=frozenset({9}),
        words={7: "Le port est pris."},
    )
    for path in sorted(here.glob("*.py"))
]
sys.exit(Supervisor(children, here / "logs").run())
"""

STEADY = """
import os, time
with open(os.environ["HERE"] + "/pids", "a") as file:
    print(os.getpid(), file=file)
print("here I am", flush=True)
time.sleep(3600)
"""

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + STEADY

PARENT = """
import os, subprocess, sys, time
with open(os.environ["HERE"] + "/pids", "a") as file:
    print(os.getpid(), file=file)
subprocess.Popen([sys.executable, "-c", '''
import os, time
with open(os.environ["HERE"] + "/grandchildren", "a") as file:
    print(os.getpid(), file=file)
time.sleep(3600)
'''])
time.sleep(3600)
"""

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Runs a supervisor over the given programs and ends it with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**programs: str) -> subprocess.Popen[bytes]:
        for name, text in programs.items():
            (tmp_path / f"{name}.py").write_text(text)
        with (tmp_path / "stderr").open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, stderr=stderr
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_killed_child_is_started_again(start: Start, tmp_path: Path) -> None:
    start(child=STEADY)
    until(lambda: len(pids(tmp_path / "pids")) == 1)
    for count in (2, 3):
        os.kill(pids(tmp_path / "pids")[-1], signal.SIGKILL)
        until(lambda count=count: len(pids(tmp_path / "pids")) == count)
    log = (tmp_path / "logs" / "supervisor.log").read_text()
    assert "child: ended by SIGKILL, starts again in 0.2 s" in log
    assert "child: ended by SIGKILL, starts again in 0.4 s" in log
    assert "starts again in 0.4 s" in (tmp_path / "stderr").read_text()


def test_a_child_that_cannot_live_is_not_started_in_a_rush(start: Start, tmp_path: Path) -> None:
    start(broken="raise SystemExit(7)")
    log = tmp_path / "logs" / "supervisor.log"
    until(lambda: log.exists() and "again in 1.6 s" in log.read_text())
    waits = [line.split("again in ")[1] for line in log.read_text().splitlines() if "again" in line]
    assert waits[:4] == ["0.2 s", "0.4 s", "0.8 s", "1.6 s"]
    assert "ended with code 7" in log.read_text()


def test_an_end_that_has_words_is_told_in_them_once(start: Start, tmp_path: Path) -> None:
    start(broken="raise SystemExit(7)")
    log = tmp_path / "logs" / "supervisor.log"
    until(lambda: log.exists() and "again in 0.8 s" in log.read_text())
    assert (tmp_path / "stderr").read_text() == "Le port est pris.\n"


def test_one_end_leaves_the_others_alone(start: Start, tmp_path: Path) -> None:
    start(broken="raise SystemExit(1)", child=STEADY)
    log = tmp_path / "logs" / "supervisor.log"
    until(lambda: log.exists() and "again in 0.8 s" in log.read_text())
    assert len(pids(tmp_path / "pids")) == 1


def test_a_child_whose_end_is_final_stays_ended(start: Start, tmp_path: Path) -> None:
    process = start(once="raise SystemExit(9)", broken="raise SystemExit(1)")
    log = tmp_path / "logs" / "supervisor.log"
    until(lambda: log.exists() and "again in 0.8 s" in log.read_text())
    assert log.read_text().count("once: started") == 1
    assert "once: ended with code 9, stays so" in log.read_text()
    process.terminate()
    assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_told_supervisor_ends_all_its_children(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    process = start(one=STEADY, two=STEADY)
    until(lambda: len(pids(tmp_path / "pids")) == 2)
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert not any(alive(pid) for pid in pids(tmp_path / "pids"))


def test_a_child_deaf_to_sigterm_is_killed(start: Start, tmp_path: Path) -> None:
    process = start(deaf=DEAF)
    until(lambda: len(pids(tmp_path / "pids")) == 1)
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert not alive(pids(tmp_path / "pids")[0])
    assert "deaf: does not end, killed" in (tmp_path / "stderr").read_text()


def test_children_die_with_a_killed_supervisor(start: Start, tmp_path: Path) -> None:
    process = start(one=STEADY, two=DEAF)
    until(lambda: len(pids(tmp_path / "pids")) == 2)
    process.kill()
    process.wait()
    until(lambda: not any(alive(pid) for pid in pids(tmp_path / "pids")))


def test_what_a_killed_child_started_goes_with_it(start: Start, tmp_path: Path) -> None:
    start(parent=PARENT)
    until(lambda: len(pids(tmp_path / "grandchildren")) == 1)
    os.kill(pids(tmp_path / "pids")[0], signal.SIGKILL)
    until(lambda: not alive(pids(tmp_path / "grandchildren")[0]))


def test_what_a_child_says_is_kept(start: Start, tmp_path: Path) -> None:
    start(child=STEADY)
    log = tmp_path / "logs" / "child.log"
    until(lambda: log.exists() and "here I am" in log.read_text())


def test_a_full_log_is_turned_over_and_old_ones_go(tmp_path: Path) -> None:
    log = Log(tmp_path / "x.log", limit=100)
    for number in range(40):
        log.write(f"line {number:02} of twenty\n".encode())
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["x.log", *(f"x.log.{number}" for number in range(1, LOG_KEPT + 1))]
    assert "line 39" in (tmp_path / "x.log").read_text()
    assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
