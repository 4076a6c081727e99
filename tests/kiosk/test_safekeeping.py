"""A node is saved while it runs, and comes back whole, or not at all."""

import argparse
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from kiosk import config, doctor, running
from kiosk.membership.settling import settle
from kiosk.running import free_port
from sync.clock import now, stamp
from sync.couch.auth import admin_secret
from sync.database import Database
from sync.imports.followed import Followed, follow, followed
from sync.mesh.absence import CONTACT
from sync.sealed import FORMAT, MAGIC

ROOT = Path(__file__).resolve().parents[2]
PHRASE = "quatre figuiers bleus"
SAID = "La minuterie de l'escalier est morte"
LASTING = ("estate", "private", "private-media", "accounts", "status", "usage", "estate-media")
MET = stamp(now() - timedelta(days=2))


def run(*arguments: str | Path, phrase: str | None = PHRASE) -> subprocess.CompletedProcess[str]:
    """The command, with nobody at its terminal."""
    known = {key: value for key, value in os.environ.items() if key != "RESIDACOEUR_PASSPHRASE"}
    return subprocess.run(
        [sys.executable, ROOT / "app.py", *arguments],
        env=known | ({"RESIDACOEUR_PASSPHRASE": phrase} if phrase is not None else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def database_of(data: Path, port: int) -> Database:
    return Database(f"http://127.0.0.1:{port}", *admin_secret(data))


def leaves(data: Path, port: int) -> dict[str, list[str]]:
    """Every leaf of what lasts and of what was deleted; what the node says of itself apart."""
    found = {}
    for db in LASTING:
        answer = requests.get(
            f"http://127.0.0.1:{port}/{db}/_changes?style=all_docs&include_docs=true",
            auth=admin_secret(data),
            timeout=20,
        )
        rows = [row for row in answer.json()["results"] if not row["id"].startswith("node:")]
        found[db] = sorted(json.dumps([row["changes"], row["doc"]]) for row in rows)
    return found


def fill(data: Path, port: int) -> None:
    """A resident's words, a conflict, a deletion, a photo; a draft; the day others were met."""
    database = database_of(data, port)
    database.create_all()
    rev = database.put("private", {"_id": "h1:report:1", "words": SAID})
    database.attach(
        "private", "h1:report:1", rev, "photo", b"\xff\xd8" + SAID.encode(), "image/jpeg"
    )
    torn = [{"_id": "h1:x", "_rev": f"1-{letter * 32}", "n": letter} for letter in "ab"]
    requests.post(
        f"http://127.0.0.1:{port}/private/_bulk_docs",
        json={"docs": torn, "new_edits": False},
        auth=admin_secret(data),
        timeout=20,
    ).raise_for_status()
    database.put("estate", {"_id": "gone"})
    gone = database.get("estate", "gone")
    assert gone is not None
    database.delete("estate", gone)
    database.put("node", {"_id": "draft:1", "words": SAID})
    database.put("node", {"_id": CONTACT, "kind": "contact", "v": 1, "at": MET})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, start_node: Callable[..., Any]) -> Iterator[Any]:
    """A landlord's running node, saved without its keys (`plain`) and with them (`keys`)."""
    place = tmp_path_factory.mktemp("safe")
    assert run("estate", "new", "--data", place / "office").returncode == 0
    ports = ("--egress-port", str(free_port()), "--gateway", f"127.0.0.1:{free_port()}")
    node = start_node(place / "office", *ports)
    fill(node.data, node.couch_port)
    before = leaves(node.data, node.couch_port)
    assert any(SAID in leaf for leaf in before["private"])
    plain = run("backup", place / "plain", "--data", node.data)
    keys = run("backup", place / "keys", "--with-keys", "--data", node.data)
    yield argparse.Namespace(
        place=place, data=node.data, before=before, plain=plain, keys=keys, node=node
    )
    node.process.terminate()
    node.process.wait(15)


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def refused(tmp_path: Path, saved: Path, phrase: str | None = PHRASE) -> tuple[int, str]:
    """How bringing `saved` back fails: its exit code and one sentence; nothing is left behind."""
    done = run("restore", saved, "--data", tmp_path / "home" / "data", phrase=phrase)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists() or list((tmp_path / "home").iterdir()) == []
    return done.returncode, done.stderr


def test_a_running_node_is_saved_and_goes_on(made: Any) -> None:
    assert (made.plain.returncode, made.plain.stderr) == (0, "")
    assert "sans ses clés" in made.plain.stdout
    assert requests.get(f"{made.node.url}/healthz", timeout=5).ok
    assert (made.place / "plain").stat().st_mode & 0o777 == 0o600
    assert not (made.data / ".saving").exists()


def test_what_comes_back_has_the_same_leaves_in_a_new_incarnation(
    made: Any, tmp_path: Path, start_couch: Callable[..., Any]
) -> None:
    done = run("restore", made.place / "plain", "--data", tmp_path / "data")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--node FICHIER" in done.stdout
    was, here = config.read_node(made.data), config.read_node(tmp_path / "data")
    assert (was.id, was.name, was.roles) == (here.id, here.name, here.roles)
    assert was.incarnation != here.incarnation
    couch = start_couch(tmp_path / "data")
    assert leaves(couch.data, couch.port) == made.before
    database = database_of(couch.data, couch.port)
    assert database.attachment("private", "h1:report:1", "photo") == b"\xff\xd8" + SAID.encode()


def test_no_session_and_no_draft_comes_back_but_the_day_others_were_met_does(
    made: Any, tmp_path: Path, start_couch: Callable[..., Any]
) -> None:
    run("restore", made.place / "plain", "--data", tmp_path / "data")
    couch = start_couch(tmp_path / "data")
    database = database_of(couch.data, couch.port)
    assert database.get("node", "draft:1") is None
    met = database.get("node", CONTACT)
    assert met is not None
    assert met["at"] == MET


def test_no_key_comes_back_unless_it_was_asked_for(made: Any, tmp_path: Path) -> None:
    run("restore", made.place / "plain", "--data", tmp_path / "data")
    assert not (tmp_path / "data" / "identity").exists()
    assert not (tmp_path / "data" / "estate").exists()
    assert files(tmp_path / "data")["estate.key"] != files(made.data)["estate.key"]


def test_keys_come_back_where_they_were_asked_for(made: Any, tmp_path: Path) -> None:
    assert "avec ses clés" in made.keys.stdout
    assert run("restore", made.place / "keys", "--data", tmp_path / "data").returncode == 0
    for folder in ("identity", "estate"):
        assert files(tmp_path / "data" / folder) == files(made.data / folder)
    assert files(tmp_path / "data")["estate.key"] == files(made.data)["estate.key"]
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "data" / "identity").iterdir()}
    assert modes == {0o600}


def test_nothing_of_it_is_in_the_clear(made: Any) -> None:
    for name in ("plain", "keys"):
        content = (made.place / name).read_bytes()
        for words in (SAID, "escalier", "h1:report", "SQLite", "node.json", "PRIVATE KEY"):
            assert words.encode() not in content


def test_a_node_at_rest_is_saved_too(made: Any, tmp_path: Path) -> None:
    run("restore", made.place / "plain", "--data", tmp_path / "data")
    follow(tmp_path / "data", Followed("feed", "https://mairie.fr/rss"))
    done = run("backup", tmp_path / "again", "--data", tmp_path / "data")
    assert (done.returncode, done.stderr) == (0, "")
    assert run("restore", tmp_path / "again", "--data", tmp_path / "data-2").returncode == 0
    assert followed(tmp_path / "data-2") == followed(tmp_path / "data") != ()


def test_an_empty_folder_is_filled_and_one_that_is_not_is_left_alone(
    made: Any, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    assert run("restore", made.place / "plain", "--data", tmp_path / "data").returncode == 0
    before = files(tmp_path / "data")
    done = run("restore", made.place / "plain", "--data", tmp_path / "data")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "n’est pas vide" in done.stderr
    assert files(tmp_path / "data") == before


def test_a_wrong_passphrase_brings_nothing_back(made: Any, tmp_path: Path) -> None:
    code, said = refused(tmp_path, made.place / "plain", "quatre figuiers verts")
    assert code == 2
    assert "Cette phrase n’ouvre pas" in said


def test_without_a_terminal_the_variable_is_named(made: Any, tmp_path: Path) -> None:
    code, said = refused(tmp_path, made.place / "plain", None)
    assert code == 2
    assert "RESIDACOEUR_PASSPHRASE" in said


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 1.0])
def test_a_file_that_was_cut_brings_nothing_back(made: Any, tmp_path: Path, part: float) -> None:
    content = (made.place / "plain").read_bytes()
    (tmp_path / "cut").write_bytes(content[: 66 + int((len(content) - 67) * part)])
    code, said = refused(tmp_path, tmp_path / "cut")
    assert code == 2
    assert "abîmé ou incomplet" in said


def test_a_bit_that_changed_brings_nothing_back(made: Any, tmp_path: Path) -> None:
    content = bytearray((made.place / "plain").read_bytes())
    content[len(content) // 2] ^= 4
    (tmp_path / "spoilt").write_bytes(content)
    code, said = refused(tmp_path, tmp_path / "spoilt")
    assert code == 2
    assert "abîmé ou incomplet" in said


def test_a_newer_file_asks_for_the_newer_program(made: Any, tmp_path: Path) -> None:
    content = (made.place / "plain").read_bytes()
    (tmp_path / "newer").write_bytes(MAGIC + bytes([FORMAT + 1]) + content[len(MAGIC) + 1 :])
    code, said = refused(tmp_path, tmp_path / "newer")
    assert code == 4
    assert "version plus récente" in said


def test_what_is_no_backup_is_said_before_a_passphrase_is_asked(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8" * 100)
    code, said = refused(tmp_path, tmp_path / "photo.jpg", None)
    assert code == 2
    assert "n’est pas la sauvegarde d’un nœud" in said
    code, said = refused(tmp_path, tmp_path / "nothing", None)
    assert code == 2
    assert "n’est pas là" in said


@pytest.mark.parametrize(
    ("arguments", "phrase", "said"),
    [
        ([], "court", "au moins 12 signes"),
        ([], None, "RESIDACOEUR_PASSPHRASE"),
        (["--couch-url", "http://127.0.0.1:5984"], PHRASE, "ses propres outils"),
    ],
)
def test_a_backup_that_cannot_be_made_is_refused(
    made: Any, tmp_path: Path, arguments: list[str], phrase: str | None, said: str
) -> None:
    done = run("backup", tmp_path / "file", *arguments, "--data", made.data, phrase=phrase)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_replaced(made: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("précieux")
    done = run("backup", tmp_path / "file", "--data", made.data)
    assert done.returncode == 2
    assert (tmp_path / "file").read_text() == "précieux"


def test_where_there_is_no_node_nothing_is_saved_and_none_is_made(tmp_path: Path) -> None:
    done = run("backup", tmp_path / "file", "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "Il n’y a pas de nœud" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_hall_that_came_back_without_keys_takes_its_node_file_again(
    made: Any, tmp_path: Path
) -> None:
    stick, hall, back = tmp_path / "hall-b.node", tmp_path / "hall", tmp_path / "back"
    added = run("estate", "add", "Hall B", "--role", "kiosk", "-o", stick, "--data", made.data)
    assert added.returncode == 0, added.stderr
    settle(hall, stick)
    saved = run("backup", tmp_path / "file", "--data", hall)
    assert saved.stdout.endswith("sans ses clés.\n")
    assert run("restore", tmp_path / "file", "--data", back).returncode == 0
    assert "Hall B" in settle(back, stick)
    assert files(back / "identity") == files(hall / "identity")
    assert files(back)["estate.key"] == files(hall)["estate.key"]
    was, here = config.read_node(hall), config.read_node(back)
    assert was.id == here.id
    assert was.incarnation != here.incarnation


def test_a_node_whose_documents_are_in_a_couchdb_is_told_to_use_its_tools(tmp_path: Path) -> None:
    config.prepare(tmp_path / "data")
    with running.hold(tmp_path / "data", running.Running("http://127.0.0.1:5984")):
        done = run("backup", tmp_path / "file", "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "ses propres outils" in done.stderr
    assert not (tmp_path / "file").exists()


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_file(made: Any) -> None:
    done = run("restore", made.place / "plain", "--data", "/proc/none/data")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "On ne peut pas écrire dans /proc/none/data" in done.stderr
    done = run("backup", "/proc/none", "--data", made.data)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "On ne peut pas écrire /proc/none" in done.stderr


def test_what_a_killed_backup_left_goes_with_the_next(made: Any, tmp_path: Path) -> None:
    (made.data / ".saving").mkdir()
    (made.data / ".saving" / "left").write_text(SAID)
    assert run("backup", tmp_path / "file", "--data", made.data).returncode == 0
    assert not (made.data / ".saving").exists()


def test_a_killed_restore_is_told_and_what_it_left_goes_with_the_next(
    made: Any, tmp_path: Path
) -> None:
    data, draft = tmp_path / "data", tmp_path / ".data.restoring"
    known = os.environ | {"RESIDACOEUR_PASSPHRASE": PHRASE}
    words = [sys.executable, ROOT / "app.py", "restore", made.place / "keys", "--data", data]
    process = subprocess.Popen(words, env=known)
    deadline = time.monotonic() + 60
    while not draft.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait(20)
    assert (draft.exists(), data.exists()) == (True, False)
    (finding,) = doctor._unfinished(data)
    assert str(draft) in str(finding)
    assert run("restore", made.place / "keys", "--data", data).returncode == 0
    assert not draft.exists()
    assert list(doctor._unfinished(data)) == []


def test_two_restores_do_not_meet_in_one_folder(made: Any, tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        assert run("restore", made.place / "keys", "--data", tmp_path / "data").returncode == 1
    finally:
        os.close(handle)
    assert list(tmp_path.iterdir()) == []
