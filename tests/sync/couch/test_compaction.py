"""Compaction gives room back, and nobody waits for it."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

JSON = {"Content-Type": "application/json"}
LARGE = 20_000_000


def waste(server: Any) -> None:
    """A database with much free room in its file."""
    server.ask("PUT", "/a")
    server.ask("PUT", "/a/small", json={})
    rev = server.ask("PUT", "/a/x/film", data=b"x" * LARGE).json()["rev"]
    server.ask("DELETE", f"/a/x?rev={rev}")


def size(server: Any) -> int:
    return int(server.ask("GET", "/a").json()["sizes"]["file"])


def test_room_is_given_back(serve: Callable[[Path], Any], tmp_path: Path) -> None:
    server = serve(tmp_path)
    waste(server)
    assert size(server) > LARGE
    assert server.ask("POST", "/a/_compact", headers=JSON).status_code == 202
    assert size(server) < 1_000_000


def test_nobody_waits_for_a_compaction_beside_one_who_reads_for_long(
    serve: Callable[[Path], Any], tmp_path: Path
) -> None:
    server = serve(tmp_path)
    waste(server)
    with closing(sqlite3.connect(tmp_path / "couch" / "a.sqlite")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM docs").fetchone()
        compaction = threading.Thread(
            target=server.ask, args=("POST", "/a/_compact"), kwargs={"headers": JSON}
        )
        compaction.start()
        waits = []
        while compaction.is_alive() or len(waits) < 20:
            waits += [wait(server, "GET", "/a/small"), wait(server, "PUT", f"/a/w{len(waits)}")]
        compaction.join()
    assert max(waits) < 2.0
    assert server.ask("POST", "/a/_compact", headers=JSON).status_code == 202
    assert size(server) < 1_000_000


def wait(server: Any, method: str, path: str) -> float:
    begun = time.perf_counter()
    answer = server.anonymous(method, path, json={}, auth=("admin", "secret"))
    assert answer.status_code in (200, 201)
    return time.perf_counter() - begun
