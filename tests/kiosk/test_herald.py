"""What systemd hears of a supervisor, over a real socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.herald import Herald

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from kiosk.supervisor import Command, Supervisor

here = Path(sys.argv[1])
tell = f"import os, time; open({str(here / 'heard')!r}, 'w').write(str(dict(os.environ)))"
tell += "; time.sleep(60)"
children = [Command("child", [sys.executable, "-c", tell])]
sys.exit(Supervisor(children, here / "logs", (here / "heard").exists).run())
"""


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket on which systemd would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(10)
        yield listener


def told(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": str(tmp_path / "notify"), **more}


def test_it_hears_that_a_node_is_ready_lives_and_ends(
    systemd: socket.socket, tmp_path: Path
) -> None:
    environment = os.environ | told(tmp_path, WATCHDOG_USEC="400000")
    words = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    process = subprocess.Popen(words, cwd=ROOT, env=environment)
    try:
        heard = [systemd.recv(100)]
        while heard.count(b"WATCHDOG=1") < 5:
            heard.append(systemd.recv(100))
        assert heard.count(b"READY=1") == 1
        process.send_signal(signal.SIGTERM)
        while heard[-1] != b"STOPPING=1":
            heard.append(systemd.recv(100))
        assert process.wait(10) == 0
    finally:
        process.kill()
    assert "NOTIFY_SOCKET" not in (tmp_path / "heard").read_text()


def test_it_is_not_told_that_a_stopped_supervisor_lives(
    systemd: socket.socket, tmp_path: Path
) -> None:
    environment = os.environ | told(tmp_path, WATCHDOG_USEC="400000")
    words = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    process = subprocess.Popen(words, cwd=ROOT, env=environment)
    try:
        while systemd.recv(100) != b"READY=1":
            pass
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        systemd.setblocking(False)
        with suppress(BlockingIOError):
            while systemd.recv(100):
                pass
        systemd.settimeout(0.8)
        with pytest.raises(TimeoutError):
            systemd.recv(100)
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(10)


def test_who_is_watched_says_it_lives_twice_in_the_time(
    systemd: socket.socket, tmp_path: Path
) -> None:
    herald = Herald(told(tmp_path, WATCHDOG_USEC="200000", WATCHDOG_PID=str(os.getpid())))
    assert herald.every == 0.1
    herald.beat()
    herald.beat()
    time.sleep(0.06)
    herald.beat()
    assert [systemd.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2
    systemd.settimeout(0.1)
    with pytest.raises(TimeoutError):
        systemd.recv(100)


@pytest.mark.parametrize(
    "asked", [{}, {"WATCHDOG_USEC": "1"}, {"NOTIFY_SOCKET": "/none", "WATCHDOG_PID": "1"}]
)
def test_where_nobody_asks_nothing_is_said(asked: dict[str, str]) -> None:
    herald = Herald(asked)
    assert (herald.every, asked) == (None, {})
    herald.ready()
    herald.beat()
