"""The `residacoeur` command as people use it: real processes, real data directories."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kiosk import running
from sync.clock import ESTATE, instant

ROOT = Path(__file__).resolve().parent.parent
PLACES = """id,type,name,parent,emblem,lift,floors,source,checked
mairie,townhall,Mairie,,,,,demo,
figuiers,residence,Les Figuiers,mairie,figuiers,,,demo,
figuiers-b,staircase,Escalier B,figuiers,,yes,8,demo,
"""
RESIDENTS = """reference,residence,staircase,floor,door,title,first_name,last_name,language
1-1,figuiers,B,3,31,Mme,Amina,Benali,ar
2-1,figuiers,B,5,52,Mme,Fatou,Diallo,fr
2-2,figuiers,B,5,52,,Awa,Diallo,fr
"""
STAFF = "reference,role,name,phone,residence\nS1,agent,Claire Ferrand,,\n"
FILES = {"places.csv": PLACES, "residents.csv": RESIDENTS, "staff.csv": STAFF}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "app.py", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def estate(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a staircase, its people and an agent; no node runs on it."""
    data = tmp_path_factory.mktemp("estate") / "data"
    for kind, names in (("places", ["places.csv"]), ("residents", ["residents.csv", "staff.csv"])):
        done = run("import", kind, *(files / name for name in names), "--data", data)
        assert done.returncode == 0, done.stderr
    return data


@pytest.mark.parametrize(
    "command",
    ["serve", "couch", "import", "card", "estate", "join", "backup", "restore", "doctor"],
)
def test_help_tells_about_each_command(command: str) -> None:
    assert command in run("--help").stdout
    text = run(command, "--help").stdout
    assert "--data DIR" in text
    assert "codes de fin" in text


def test_a_port_that_is_taken_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--data", tmp_path / "data", "--port", port, "--no-window")
        alone = run("couch", "--data", tmp_path / "data", "--port", port)
    assert (done.returncode, alone.returncode) == (3, 3)
    assert port in done.stderr
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "arguments", [["serve", "--no-window"], ["couch"], ["card", "a-b-1"], ["import", "places", "x"]]
)
def test_data_of_a_newer_version_is_left_alone(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "version").write_text("2\n")
    done = run(*arguments, "--data", tmp_path)
    assert done.returncode == 4
    assert "version plus récente" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["version"]


def test_a_folder_that_cannot_be_written_is_said() -> None:
    done = run("import", "places", "x.csv", "--data", "/proc/none")
    assert done.returncode == 1
    assert "On ne peut pas écrire dans /proc/none" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_elsewhere_without_a_password_is_said_once(tmp_path: Path) -> None:
    done = run("serve", "--data", tmp_path, "--port", "65000", "--couch-url", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "couch.secret" in done.stderr


def test_importing_twice_changes_nothing(estate: Path, files: Path) -> None:
    done = run("import", "residents", files / "residents.csv", "--data", estate)
    assert "3 personnes" in done.stdout
    assert "0 nouvelle, 0 changée, 3 déjà là" in done.stdout


def test_a_wrong_column_is_named_and_nothing_is_imported(estate: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(RESIDENTS.replace("door", "porte", 1))
    done = run("import", "residents", tmp_path / "bad.csv", "--data", estate)
    assert done.returncode == 2
    assert "bad.csv" in done.stderr
    assert "porte" in done.stderr
    assert "Rien n’est importé" in done.stderr


def test_a_card_has_a_code_and_a_picture(estate: Path, tmp_path: Path) -> None:
    done = run("card", "figuiers-b-31", "--data", estate, "-o", tmp_path / "card.png")
    assert done.returncode == 0
    who, code, card = (line.split("\u00a0: ")[1] for line in done.stdout.splitlines())
    assert who == "Amina Benali"
    assert [len(group) for group in code.split()] == [3, 3, 4, 1]
    assert len(card) >= 30
    assert (tmp_path / "card.png").read_bytes().startswith(b"\x89PNG")


def test_codes_and_cards_are_kept_nowhere(estate: Path) -> None:
    done = run("card", "figuiers-b-31", "--data", estate)
    _, code, card = (line.split("\u00a0: ")[1] for line in done.stdout.splitlines())
    for path in estate.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert code.replace(" ", "").encode() not in content
            assert card.encode() not in content


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["figuiers-b-99"], "On ne connaît pas la porte"),
        (["figuiers-b-52"], "Awa Diallo, Fatou Diallo"),
        (["figuiers-b-31", "--person", "Lucien"], "Lucien"),
        (["Gérard Rossi"], "parmi le personnel"),
    ],
)
def test_a_card_for_nobody_is_refused(estate: Path, arguments: list[str], said: str) -> None:
    done = run("card", *arguments, "--data", estate)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "name"),
    [(["figuiers-b-52", "--person", "FATOU"], "Fatou Diallo"), (["claire ferrand"], "Claire")],
)
def test_a_person_is_found_by_name(estate: Path, arguments: list[str], name: str) -> None:
    assert name in run("card", *arguments, "--data", estate).stdout


def test_letters_for_a_staircase_tell_no_code_at_the_terminal(estate: Path, tmp_path: Path) -> None:
    path = tmp_path / "letters.pdf"
    done = run("card", "--residence", "figuiers", "--data", estate, "-o", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("3 lettres dans")
    assert done.stdout.count("\n") == 1
    assert path.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_letter_tells_its_code_too(estate: Path, tmp_path: Path) -> None:
    done = run("card", "figuiers-b-31", "--data", estate, "-o", tmp_path / "letter.pdf")
    assert done.stdout.splitlines()[0] == "Pour\u00a0: Amina Benali"
    assert "Code\u00a0: " in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["figuiers-b-31", "figuiers-b-99", "-o", "letters.pdf"],
        ["figuiers-b-31", "figuiers-b-52"],
        ["--residence", "nowhere", "-o", "letters.pdf"],
        ["figuiers-b-31", "--residence", "figuiers", "-o", "letters.pdf"],
        ["--residence", "figuiers"],
        ["-o", "letters.pdf"],
        [],
    ],
)
def test_letters_that_make_no_sense_are_refused_before_any_is_written(
    estate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("card", *arguments, "--data", estate)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_portal_loads_nothing_of_the_letters() -> None:
    asked = "import app, kiosk.server, sys; print([m for m in sys.modules if 'fpdf' in m])"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_commands_leave_no_database_behind(estate: Path) -> None:
    run("card", "figuiers-b-31", "--data", estate)
    assert not (estate / "run.json").exists()
    done = run("doctor", "--data", estate, "--port", "65000", "--couch-port", "65001")
    assert "✔ Base de données" in done.stdout


def test_doctor_makes_no_node_where_there_is_none(tmp_path: Path) -> None:
    done = run("doctor", "--data", tmp_path / "data", "--port", "65000", "--couch-port", "65001")
    assert not (tmp_path / "data").exists()
    for part in ("Base de données", "Voix", "Langues", "Disque", "Horloge", "Port 65000"):
        assert part in done.stdout


def test_doctor_fails_when_a_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("doctor", "--data", tmp_path, "--port", port)
    assert done.returncode == 1
    assert f"✘ Port {port}" in done.stdout


def test_doctor_tells_the_hour_of_the_estate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    before = f"{datetime.now(ESTATE):%d/%m/%Y, il est %H:%M}"
    said = run("doctor", "--data", tmp_path / "data", "--port", "65000", "--couch-port", "65001")
    after = f"{datetime.now(ESTATE):%d/%m/%Y, il est %H:%M}"
    assert before in said.stdout or after in said.stdout


def health(node: Any) -> dict[str, Any]:
    with urllib.request.urlopen(f"{node.url}/healthz", timeout=5) as answer:
        return dict(json.loads(answer.read()))


def children(pid: int) -> dict[str, int]:
    """The processes of a node by name: couch, portal, voice."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    words = {each: Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0") for each in found}
    return {parts[2].decode(): int(each) for each, parts in words.items() if len(parts) > 2}


def database_answers(node: Any) -> bool:
    try:
        return bool(health(node)["database"])
    except OSError:
        return False


def test_another_program_on_the_port_is_not_taken_for_the_node(node: Any) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        Thread(target=other.handle_request, daemon=True).start()
        assert not running.shows(other.server_port)
    assert not running.shows(running.free_port())
    assert running.shows(node.port)


def test_a_running_node_is_used_by_commands_beside_it(node: Any, files: Path) -> None:
    node.run("import", "places", files / "places.csv")
    node.run("import", "residents", files / "residents.csv")
    assert "Amina Benali" in node.run("card", "figuiers-b-31")
    assert stat.S_IMODE((node.data / "run.json").stat().st_mode) == 0o600


def test_a_second_node_on_the_same_data_is_refused(node: Any) -> None:
    done = run("serve", "--data", node.data, "--port", "65000", "--no-window")
    assert done.returncode == 1
    assert "Un nœud marche déjà" in done.stderr


@pytest.mark.parametrize("name", ["couch", "mesh", "portal", "voice"])
def test_a_killed_process_is_back(node: Any, name: str) -> None:
    until(lambda: database_answers(node))
    before = children(node.process.pid)
    os.kill(before[name], signal.SIGKILL)
    until(lambda: children(node.process.pid).get(name, before[name]) != before[name])
    until(lambda: database_answers(node))
    assert sorted(children(node.process.pid)) == ["couch", "mesh", "portal", "voice"]


def test_what_was_imported_is_there_after_the_database_was_killed(node: Any, files: Path) -> None:
    node.run("import", "places", files / "places.csv")
    killed = children(node.process.pid)["couch"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: children(node.process.pid).get("couch", killed) != killed)
    until(lambda: database_answers(node))
    assert "0 nouveau, 0 changé, 3 déjà là" in node.run("import", "places", files / "places.csv")


def test_a_stopped_node_leaves_nothing_running(
    start_node: Callable[..., Any], tmp_path: Path
) -> None:
    node = start_node(tmp_path / "data")
    started = children(node.process.pid)
    assert sorted(started) == ["couch", "mesh", "portal", "voice"]
    node.process.send_signal(signal.SIGINT)
    assert node.process.wait(15) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in started.values())
    assert not (node.data / "run.json").exists()


def test_another_couchdb_takes_the_place_of_the_embedded_one(
    start_node: Callable[..., Any], couch: Any, tmp_path: Path
) -> None:
    url = couch.url.replace("://", f"://{couch.name}:{couch.password}@")
    node = start_node(tmp_path / "data", "--couch-url", url)
    until(lambda: database_answers(node))
    assert sorted(children(node.process.pid)) == ["mesh", "portal", "voice"]
    assert not (node.data / "couch").exists()


def test_the_database_alone_is_closed_to_strangers(couch: Any) -> None:
    assert stat.S_IMODE((couch.data / "couch.secret").stat().st_mode) == 0o600
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{couch.url}/_all_dbs", timeout=5)
    assert refused.value.code == 401
    refused.value.close()


def test_the_database_alone_loads_neither_pages_nor_voice(couch: Any) -> None:
    maps = Path(f"/proc/{couch.process.pid}/maps").read_text()
    assert "espeak" not in maps
    assert "markupsafe" not in maps  # flask's


def test_commands_write_by_the_time_that_the_mesh_has_found(estate: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(estate, data)
    found = {"v": 1, "at": "2026-11-22T00:00:00.000Z", "ahead": -864000, "certain": False}
    (data / "time.json").write_text(json.dumps(found))
    assert run("card", "figuiers-b-31", "--data", data).returncode == 0
    with sqlite3.connect(data / "couch" / "accounts.sqlite") as connection:
        rows = connection.execute("SELECT body FROM docs WHERE id LIKE 'verifier:%'").fetchall()
    last = max(instant(json.loads(body)["at"]) for (body,) in rows)
    assert timedelta(days=9) < last - datetime.now(UTC) < timedelta(days=11)


def test_doctor_says_when_the_mesh_doubts_the_clock(tmp_path: Path) -> None:
    found = {"v": 1, "at": "2026-11-22T00:00:00.000Z", "ahead": 0, "certain": False}
    (tmp_path / "time.json").write_text(json.dumps(found))
    done = run("doctor", "--data", tmp_path, "--port", "65000", "--couch-port", "65001")
    assert "✘ Horloge" in done.stdout
    assert "Ce n’est pas sûr, réglez-la." in done.stdout
