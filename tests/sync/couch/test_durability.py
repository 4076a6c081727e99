"""What was acknowledged is there after kill -9; a full disk does no damage."""

import random
import resource
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests


class Load:
    """Several clients that write until the server dies, and remember each acknowledgement."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.revs: dict[str, str] = {}
        self.lock = threading.Lock()
        self.acknowledged = threading.Event()

    def write(self, client: int, round: int) -> None:
        with requests.Session() as session:
            session.auth = ("admin", "secret")
            try:
                for n in range(100_000):
                    self._one(session, f"r{round}-c{client}-{n % 40}", n)
            except requests.RequestException:
                return

    def _one(self, session: requests.Session, id: str, n: int) -> None:
        rev = self.revs.get(id)
        body = {"n": n, "text": "x" * 300} | ({"_rev": rev} if rev else {})
        answer = session.put(f"{self.url}/a/{id}", json=body, timeout=10)
        assert answer.status_code in (201, 409)
        if answer.status_code == 201:
            with self.lock:
                self.revs[id] = answer.json()["rev"]
            self.acknowledged.set()


def check(path: Path) -> str:
    connection = sqlite3.connect(path)
    result: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return result


def lost(server: Any, revs: dict[str, str]) -> list[str]:
    """Ids whose acknowledged revision is neither there nor an ancestor of what is there."""
    missing = server.ask("POST", "/a/_revs_diff", json={id: [rev] for id, rev in revs.items()})
    return list(missing.json())


def run_until_killed(server: Any, load: Load, round: int, seconds: float) -> None:
    """The server dies so many seconds after the first write of this round is acknowledged."""
    load.url = server.url
    load.acknowledged.clear()
    killer = threading.Timer(seconds, server.process.kill)
    with ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(load.write, client, round) for client in range(8)]
        assert load.acknowledged.wait(60)
        killer.start()
        for client in clients:
            client.result()
    server.process.wait()


def kill_again_and_again(serve: Callable[..., Any], directory: Path, rounds: int) -> None:
    load = Load("")
    dice = random.Random(7)
    for round in range(rounds):
        server = serve(directory)
        server.ask("PUT", "/a")
        assert lost(server, load.revs) == []
        before = len(load.revs)
        run_until_killed(server, load, round, dice.uniform(0.0, 0.5))
        assert len(load.revs) > before
    server = serve(directory)
    assert lost(server, load.revs) == []
    info = server.ask("GET", "/a").json()
    rows = server.ask("GET", "/a/_all_docs").json()["rows"]
    assert info["doc_count"] == len(rows) >= len(load.revs)
    assert check(directory / "couch" / "a.sqlite") == "ok"


def test_what_was_acknowledged_survives_kills(serve: Callable[..., Any], tmp_path: Path) -> None:
    kill_again_and_again(serve, tmp_path, 20)


@pytest.mark.full
def test_what_was_acknowledged_survives_many_kills(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    kill_again_and_again(serve, tmp_path, 200)


def allow(server: Any, size: int) -> None:
    """No file of the server may grow beyond `size` bytes: to SQLite a disk that is full."""
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_full_disk_refuses_writes_and_does_no_damage(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    rev = server.ask("PUT", "/a/before", json={"n": 1}).json()["rev"]
    allow(server, 300_000)
    big = {"docs": [{"_id": f"d{n}", "text": "x" * 5000} for n in range(200)]}
    answer = server.ask("POST", "/a/_bulk_docs", json=big)
    assert (answer.status_code, answer.json()["error"]) == (507, "insufficient_storage")
    assert server.ask("PUT", "/a/x/photo", data=b"x" * 2_000_000).status_code == 507
    assert server.ask("GET", "/a/before").json()["_rev"] == rev
    assert server.ask("GET", "/a").json()["doc_count"] == 1
    allow(server, resource.RLIM_INFINITY)
    assert server.ask("POST", "/a/_bulk_docs", json=big).status_code == 201
    assert server.ask("GET", "/a").json()["doc_count"] == 201
    server.process.kill()
    server.process.wait()
    assert check(tmp_path / "couch" / "a.sqlite") == "ok"


def test_a_refused_write_in_a_group_takes_no_other_with_it(own: Any) -> None:
    own.put("x", {})
    with ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(put_alone, own, f"d{n}" if n % 2 else "x") for n in range(200)]
        codes = [job.result() for job in jobs]
    assert codes == [409, 201] * 100
    info = own.get("")
    assert info["doc_count"] == 101
    assert len(own.get("/_changes")["results"]) == 101


def put_alone(db: Any, id: str) -> int:
    path = f"/{db.name}/{id}"
    answer = db.server.anonymous("PUT", path, json={}, auth=db.server.session.auth)
    return int(answer.status_code)
