"""A disk that fails while people write: an error for them, no damage, nothing acknowledged lost.

strace(1) makes system calls of the server fail; it needs no disk of its own and no rights.
"""

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync.couch import damage

FAULTS = [
    "fdatasync,fsync:error=EIO",
    "fdatasync,fsync:error=EIO:when=2+3",
    "pwrite64:error=EIO",
    "pwrite64:error=ENOSPC:when=2+5",
    "pwrite64:error=EIO:when=3+7",
    "pread64:error=EIO:when=1+2",
    "ftruncate:error=EIO",
]


@contextmanager
def failing(process: int, fault: str) -> Iterator[None]:
    """System calls of `process` fail as `fault` says (strace's words) until the block ends."""
    calls = fault.partition(":")[0]
    command = ["strace", "-f", "-qq", "-p", str(process), "-o", "/dev/null"]
    tracer = subprocess.Popen([*command, "-e", f"trace={calls}", "-e", f"inject={fault}"])
    try:
        deadline = time.monotonic() + 20
        while not all(is_traced(task) for task in tasks(process)):
            assert time.monotonic() < deadline
            assert tracer.poll() is None
            time.sleep(0.02)
        yield
    finally:
        tracer.terminate()
        tracer.wait()


def tasks(process: int) -> list[Path]:
    return list(Path(f"/proc/{process}/task").iterdir())


def is_traced(task: Path) -> bool:
    return "TracerPid:\t0\n" not in (task / "status").read_text()


class Writing:
    """Someone who writes this and that, and knows what was acknowledged."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.revs: dict[str, str] = {}
        self.refused: list[tuple[int, str]] = []
        self.n = 0

    def write(self, times: int) -> None:
        for _ in range(times):
            self._one(f"d{self.n % 37}")
            self.n += 1

    def _one(self, id: str) -> None:
        path = f"/a/{id}" + (f"/photo{self.n}" if self.n % 5 == 0 else "")
        query = {"rev": self.revs[id]} if id in self.revs else {}
        if "photo" in path:
            answer = self.server.ask("PUT", path, params=query, data=b"x" * 70_000)
        else:
            answer = self.server.ask("PUT", path, params=query, json={"n": self.n})
        if answer.ok:
            self.revs[id] = answer.json()["rev"]
            return
        self.refused.append((answer.status_code, answer.json()["error"]))
        if answer.status_code == 409:  # what was not acknowledged may still have happened
            self.revs[id] = self.server.ask("GET", f"/a/{id}").json()["_rev"]

    def lost(self) -> list[str]:
        asked = {id: [rev] for id, rev in self.revs.items()}
        return list(self.server.ask("POST", "/a/_revs_diff", json=asked).json())


def restart(serve: Callable[[Path], Any], server: Any, directory: Path) -> Any:
    server.process.kill()
    server.process.wait()
    return serve(directory)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_disk_gives_errors_and_no_damage(
    serve: Callable[[Path], Any], tmp_path: Path, fault: str
) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    people = Writing(server)
    people.write(40)
    with failing(server.process.pid, fault):
        people.write(60)
        server.ask("POST", "/a/_compact", json={})
    assert server.process.poll() is None
    assert people.refused or "when" in fault or "ftruncate" in fault
    assert people.lost() == []
    people.write(40)
    people.server = restart(serve, server, tmp_path)
    assert people.lost() == []
    people.write(20)
    assert {status for status, _ in people.refused} <= {409, 500, 507}
    assert damage.aside_in(tmp_path / "couch") == []
    with closing(sqlite3.connect(tmp_path / "couch" / "a.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_write_that_does_not_reach_the_disk_is_not_acknowledged(
    serve: Callable[[Path], Any], tmp_path: Path
) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    server.ask("PUT", "/a/before", json={})
    with failing(server.process.pid, "fdatasync,fsync:error=EIO"):
        answer = server.ask("PUT", "/a/x", json={})
        assert (answer.status_code, answer.json()["error"]) == (507, "insufficient_storage")
        assert server.ask("GET", "/a/x").status_code == 404
        assert server.ask("GET", "/a/before").ok
    assert server.ask("PUT", "/a/x", json={}).status_code == 201
