"""Backups are made while people write, and come back whole."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync.couch.backup import backup, restore
from sync.couch.errors import BadBackup, Locked

ROOT = Path(__file__).resolve().parents[3]
Serve = Callable[[Path], Any]
CONTENT = b"Pas d'eau. " * 30_000


def fill(server: Any) -> None:
    """Two databases; in `a` documents, a conflict, a deletion, an attachment and an index."""
    for name in ("a", "b"):
        server.ask("PUT", f"/{name}")
    docs = [{"_id": f"d{n:03}", "n": n} for n in range(300)]
    torn = [{"_id": "torn", "_rev": "1-a"}, {"_id": "torn", "_rev": "1-b"}]
    server.ask("POST", "/a/_bulk_docs", json={"docs": docs})
    server.ask("POST", "/a/_bulk_docs", json={"docs": torn, "new_edits": False})
    server.ask("PUT", "/a/x/words.txt", data=CONTENT, headers={"Content-Type": "text/plain"})
    server.ask("POST", "/a/_index", json={"index": {"fields": ["n"]}, "name": "by-n"})
    rev = server.ask("GET", "/a/d001").json()["_rev"]
    server.ask("DELETE", f"/a/d001?rev={rev}")


def state(server: Any) -> Any:
    found = server.ask("GET", "/a/_changes?style=all_docs&include_docs=true").json()["results"]
    return sorted((row["id"], row["changes"], row["doc"]) for row in found)


def mode(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def stop(server: Any) -> None:
    server.process.send_signal(signal.SIGTERM)
    server.process.wait()


@contextmanager
def writing(server: Any) -> Iterator[list[str]]:
    """Somebody writes all the while; the ids that were acknowledged."""
    done, over = [], threading.Event()

    def write() -> None:
        while not over.is_set():
            id = f"w{len(done):05}"
            answer = server.anonymous("PUT", f"/a/{id}", json={}, auth=("admin", "secret"))
            assert answer.status_code == 201
            done.append(id)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("name", ["saved", "saved.tar", "saved.tar.gz"])
def test_what_was_saved_comes_back_as_it_was(serve: Serve, tmp_path: Path, name: str) -> None:
    server = serve(tmp_path / "one")
    fill(server)
    before = state(server)
    assert backup(tmp_path / "one" / "couch", tmp_path / name) == ["a", "b"]
    server.ask("PUT", "/a/after", json={})
    assert restore(tmp_path / "two" / "couch", tmp_path / name) == ["a", "b"]
    assert mode(tmp_path / "two" / "couch" / "a.sqlite") == "wal"
    again = serve(tmp_path / "two")
    assert state(again) == before
    assert again.ask("GET", "/a/x/words.txt").content == CONTENT
    asked = {"selector": {"n": 7}, "fields": ["_id"]}
    assert again.ask("POST", "/a/_find", json=asked).json()["docs"] == [{"_id": "d007"}]
    assert again.ask("PUT", "/a/new", json={}).status_code == 201
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_backup_while_people_write_holds_all_that_was_acknowledged(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve(tmp_path / "one")
    fill(server)
    with writing(server) as done:
        while len(done) < 30:
            time.sleep(0.01)
        known = list(done)
        backup(tmp_path / "one" / "couch", tmp_path / "saved")
        while len(done) <= len(known):  # they go on writing
            time.sleep(0.01)
    restore(tmp_path / "two" / "couch", tmp_path / "saved")
    rows = serve(tmp_path / "two").ask("GET", "/a/_all_docs").json()["rows"]
    assert set(known) <= {row["id"] for row in rows}


def test_who_followed_a_database_before_it_came_back_is_told_of_all_of_it(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve(tmp_path)
    fill(server)
    backup(tmp_path / "couch", tmp_path / "saved")
    server.ask("PUT", "/a/lost", json={})
    info = server.ask("GET", "/a").json()
    stop(server)
    restore(tmp_path / "couch", tmp_path / "saved")
    again = serve(tmp_path)
    again.ask("PUT", "/a/new", json={})
    since = f"/a/_changes?since={info['update_seq']}"
    assert "new" in [row["id"] for row in again.ask("GET", since).json()["results"]]
    assert again.ask("GET", "/a").json()["instance_start_time"] != info["instance_start_time"]


def test_what_stood_there_is_kept_aside(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    fill(server)
    backup(tmp_path / "couch", tmp_path / "saved", without=["b"])
    server.ask("PUT", "/a/later", json={})
    stop(server)
    restore(tmp_path / "couch", tmp_path / "saved")
    (aside,) = (tmp_path / "couch").glob("a.*.replaced")
    with closing(sqlite3.connect(aside)) as kept:
        assert kept.execute("SELECT 1 FROM docs WHERE id = 'later'").fetchone()
    again = serve(tmp_path)
    assert again.ask("GET", "/_all_dbs").json() == ["a", "b"]
    assert again.ask("GET", "/a/later").status_code == 404


def test_nothing_comes_back_under_a_server_at_work(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    fill(server)
    backup(tmp_path / "couch", tmp_path / "saved")
    server.ask("PUT", "/a/later", json={})
    with pytest.raises(Locked):
        restore(tmp_path / "couch", tmp_path / "saved")
    assert server.ask("GET", "/a/later").ok


def lose_a_file(saved: Path) -> None:
    (saved / "b.sqlite").unlink()


def cut_a_file(saved: Path) -> None:
    os.truncate(saved / "b.sqlite", 8192)


def name_another(saved: Path) -> None:
    (saved / "backup.json").write_text(json.dumps({"format": 1, "databases": ["../a"]}))


def lose_the_list(saved: Path) -> None:
    (saved / "backup.json").unlink()


@pytest.mark.parametrize("spoil", [lose_a_file, cut_a_file, name_another, lose_the_list])
@pytest.mark.parametrize("packed", [False, True])
def test_of_a_backup_that_is_not_whole_nothing_comes_back(
    serve: Serve, tmp_path: Path, spoil: Callable[[Path], None], packed: bool
) -> None:
    server = serve(tmp_path)
    fill(server)
    saved = tmp_path / "saved"
    backup(tmp_path / "couch", saved)
    stop(server)
    spoil(saved)
    if packed:
        shutil.make_archive(str(saved), "tar", saved)
        saved = tmp_path / "saved.tar"
    with pytest.raises(BadBackup):
        restore(tmp_path / "couch", saved)
    assert sorted(p.name for p in (tmp_path / "couch").glob("*.*")) == ["a.sqlite", "b.sqlite"]


def test_a_backup_goes_over_nothing_and_is_for_its_owner_only(serve: Serve, tmp_path: Path) -> None:
    fill(serve(tmp_path))
    for name in ("saved", "saved.tar.gz"):
        backup(tmp_path / "couch", tmp_path / name)
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
        with pytest.raises(BadBackup):
            backup(tmp_path / "couch", tmp_path / name)
    with pytest.raises(BadBackup):
        backup(tmp_path / "none", tmp_path / "other")
    with pytest.raises(BadBackup):
        backup(tmp_path / "couch", tmp_path / "no" / "such" / "place")
    assert not (tmp_path / "other").exists()


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, ROOT / "app.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_saves_while_the_node_works_and_brings_back_once_it_stopped(
    serve: Serve, tmp_path: Path
) -> None:
    data, saved = tmp_path / "data", tmp_path / "saved.tar.gz"
    server = serve(data)
    fill(server)
    for private in ("node", "_replicator"):
        server.ask("PUT", f"/{private}")
    (data / "node.json").write_text(json.dumps({"id": "n-1", "incarnation": "aaaa"}))
    done = run("couch", "--data", data, "backup", saved)
    assert done.returncode == 0, done.stderr
    assert "a, b." in done.stdout
    with tarfile.open(saved) as tar:
        assert sorted(tar.getnames()) == ["a.sqlite", "b.sqlite", "backup.json"]
    early = run("couch", "restore", saved, "--data", data)
    assert early.returncode == 1
    assert early.stderr.count("\n") == 1
    stop(server)
    done = run("couch", "restore", saved, "--data", data)
    assert done.returncode == 0, done.stderr
    fields = json.loads((data / "node.json").read_text())
    assert fields["id"] == "n-1"
    assert fields["incarnation"] != "aaaa"
