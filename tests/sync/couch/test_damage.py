"""A damaged file is found, set aside and begun anew, and a peer fills it again."""

import base64
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sync.couch import damage, schema

ROOT = Path(__file__).resolve().parents[3]
PAGE = 4096
PHOTO = base64.b64encode(b"x" * 50_000).decode()
Serve = Callable[[Path], Any]


def fill(server: Any) -> dict[str, Any]:
    """Documents, a conflict, a deletion and a photo in the database `a`; its rows."""
    server.ask("PUT", "/a")
    docs = [{"_id": f"d{n:04}", "text": "x" * 500} for n in range(1500)]
    server.ask("POST", "/a/_bulk_docs", json={"docs": docs})
    torn = [{"_id": "torn", "_rev": "1-a"}, {"_id": "torn", "_rev": "1-b"}]
    server.ask("POST", "/a/_bulk_docs", json={"docs": torn, "new_edits": False})
    photo = {"content_type": "image/jpeg", "data": PHOTO}
    server.ask("PUT", "/a/photo", json={"_attachments": {"p.jpg": photo}})
    rev = server.ask("GET", "/a/d0001").json()["_rev"]
    server.ask("DELETE", f"/a/d0001?rev={rev}")
    return rows(server)


def rows(server: Any) -> dict[str, Any]:
    found = server.ask("GET", "/a/_changes?style=all_docs").json()["results"]
    return {row["id"]: sorted(change["rev"] for change in row["changes"]) for row in found}


def end(server: Any, number: signal.Signals) -> None:
    server.process.send_signal(number)
    server.process.wait()


def spoil(path: Path) -> None:
    """Write nonsense over the second half of a file, as a failing disk does."""
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        file.seek(pages // 2 * PAGE)
        file.write(b"\xff" * (pages - pages // 2) * PAGE)


def spoiled(serve: Serve, directory: Path, how: Callable[[Path], None]) -> Any:
    """A server over a database that was filled and then damaged while nobody was at work."""
    server = serve(directory)
    fill(server)
    end(server, signal.SIGTERM)
    how(directory / "couch" / "a.sqlite")
    return serve(directory)


def bring(server: Any, source: Any) -> None:
    there = {
        "url": f"{source.url}/a",
        "auth": {"basic": {"username": "admin", "password": "secret"}},
    }
    answer = server.ask("POST", "/_replicate", json={"source": there, "target": "a"})
    assert answer.ok, answer.text


def first_refusal(server: Any) -> Any:
    """The answer to the first reader who comes upon what is damaged."""
    answers = (server.ask("GET", f"/a/d{n:04}") for n in range(1499, 0, -50))
    return next((answer for answer in answers if answer.status_code not in (200, 404)), None)


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_after_a_kill_a_damaged_file_is_kept_aside_and_a_peer_brings_all_back(
    serve: Serve, tmp_path: Path
) -> None:
    peer, here = serve(tmp_path / "peer"), serve(tmp_path / "here")
    there = fill(peer)
    here.ask("PUT", "/a")
    bring(here, peer)
    end(here, signal.SIGTERM)
    here = serve(tmp_path / "here")
    here.ask("PUT", "/a/mine", json={})
    end(here, signal.SIGKILL)
    spoil(tmp_path / "here" / "couch" / "a.sqlite")
    here = serve(tmp_path / "here")
    assert here.ask("GET", "/a").json()["doc_count"] == 0
    bring(here, peer)
    assert rows(here) == there
    assert here.ask("GET", "/a/photo/p.jpg").content == b"x" * 50_000
    (aside,) = damage.aside_in(tmp_path / "here" / "couch")
    assert aside.database == "a"
    assert aside.path.stat().st_size > 500_000


@pytest.mark.parametrize("content", [b"", b"x" * 50_000])
def test_a_file_without_a_head_is_begun_anew_when_it_is_opened(
    serve: Serve, tmp_path: Path, content: bytes
) -> None:
    server = spoiled(serve, tmp_path, lambda path: path.write_bytes(content) and None)
    assert server.ask("GET", "/a").json()["doc_count"] == 0
    assert server.ask("PUT", "/a/x", json={}).status_code == 201
    assert server.ask("PUT", "/another").status_code == 201
    assert [each.database for each in damage.aside_in(tmp_path / "couch")] == ["a"]


def test_damage_met_at_work_is_answered_and_then_mended(serve: Serve, tmp_path: Path) -> None:
    server = spoiled(serve, tmp_path, spoil)
    answer = first_refusal(server)
    assert (answer.status_code, answer.json()["error"]) == (500, "file_corrupt")
    eventually(lambda: damage.aside_in(tmp_path / "couch") != [])
    assert server.ask("GET", "/a/_all_docs").json()["rows"] == []
    assert server.ask("PUT", "/a/x", json={}).status_code == 201


def test_a_write_that_meets_damage_has_it_mended_too(serve: Serve, tmp_path: Path) -> None:
    server = spoiled(serve, tmp_path, spoil)
    docs = [{"_id": f"d{n:04}x"} for n in range(1500)]
    answer = server.ask("POST", "/a/_bulk_docs", json={"docs": docs})
    assert (answer.status_code, answer.json()["error"]) == (500, "file_corrupt")
    eventually(lambda: damage.aside_in(tmp_path / "couch") != [])
    assert server.ask("POST", "/a/_bulk_docs", json={"docs": docs}).status_code == 201


def test_a_replication_at_work_begins_anew_with_the_empty_one(serve: Serve, tmp_path: Path) -> None:
    peer, here = serve(tmp_path / "peer"), serve(tmp_path / "here")
    there = fill(peer)
    here.ask("PUT", "/a")
    bring(here, peer)
    end(here, signal.SIGTERM)
    spoil(tmp_path / "here" / "couch" / "a.sqlite")
    here = serve(tmp_path / "here")
    source = {"url": f"{peer.url}/a", "headers": {"Authorization": "Basic YWRtaW46c2VjcmV0"}}
    wish = {"source": source, "target": "a", "continuous": True, "checkpoint_interval": 200}
    assert here.ask("POST", "/_replicate", json=wish).ok
    first_refusal(here)  # unless the replication has come upon it before
    eventually(lambda: damage.aside_in(tmp_path / "here" / "couch") != [])
    peer.ask("PUT", "/a/later", json={})
    eventually(lambda: set(rows(here)) == {*there, "later"})


def test_what_a_newer_program_wrote_is_left_alone(serve: Serve, tmp_path: Path) -> None:
    def renumber(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        connection.close()

    server = spoiled(serve, tmp_path, renumber)
    answer = server.ask("GET", "/a")
    assert answer.status_code == 500
    assert "this program reads" in answer.json()["reason"]
    assert damage.aside_in(tmp_path / "couch") == []


def test_a_whole_file_is_opened_again_after_a_kill(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    there = fill(server)
    end(server, signal.SIGKILL)
    assert rows(serve(tmp_path)) == there
    assert damage.aside_in(tmp_path / "couch") == []


def test_the_look_at_a_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    schema.create(path)
    with closing(schema.connect(path, 2048)) as connection:
        connection.execute("BEGIN")
        rows = ((n, f"1-{n}", b"{}", f"d{n:07}") for n in range(300_000))
        insert = "INSERT INTO docs(seq, rev, deleted, body, id) VALUES (?, ?, 0, ?, ?)"
        connection.executemany(insert, rows)
        connection.execute("COMMIT")
    took = [timed(lambda: damage.found(path)), timed(lambda: damage.found(path, seconds=0.01))]
    assert took[1] < took[0] / 2


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    assert work() == ""
    return time.perf_counter() - begun


def test_doctor_names_what_was_set_aside(serve: Serve, tmp_path: Path) -> None:
    server = spoiled(serve, tmp_path, lambda path: path.write_bytes(b"") and None)
    server.ask("GET", "/a")
    command = [sys.executable, ROOT / "app.py", "doctor", "--data", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    (line,) = [line for line in done.stdout.splitlines() if "Base a" in line]
    assert line.startswith("✘")
    assert str(damage.aside_in(tmp_path / "couch")[0].path) in line
