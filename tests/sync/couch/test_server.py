"""The process: how it starts, what stops it, what it refuses."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    """Exit code and what was said on standard error."""
    _, said = process.communicate(timeout=20)
    return process.returncode, said.decode()


def test_a_taken_port_is_said_in_one_line(launch: Callable[..., Any], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = ended(launch(tmp_path, port, "admin", "secret"))
    assert code == 3
    assert said.count("\n") == 1
    assert str(port) in said


def test_a_second_process_on_one_directory_is_refused(
    serve: Callable[..., Any], launch: Callable[..., Any], tmp_path: Path, free_port: Any
) -> None:
    first = serve(tmp_path)
    code, said = ended(launch(tmp_path, free_port(), "admin", "secret"))
    assert code == 4
    assert said.count("\n") == 1
    assert str(tmp_path) in said
    assert first.ask("GET", "/_up").ok


def test_it_listens_on_the_loopback_address_only(embedded: Any) -> None:
    port = int(embedded.url.rpartition(":")[2])
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    addresses = {line.split()[1] for line in listening if line.split()[3] == "0A"}
    assert {a for a in addresses if a.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}


def test_without_an_administrator_the_secret_of_the_directory_counts(
    launch: Callable[..., Any], tmp_path: Path, free_port: Any
) -> None:
    port = free_port()
    process = launch(tmp_path, port)
    url = f"http://127.0.0.1:{port}"
    wait_for(url)
    name, _, password = (tmp_path / "couch.secret").read_text().strip().partition(":")
    assert requests.get(url + "/_all_dbs", auth=(name, password), timeout=5).json() == []
    process.terminate()
    assert ended(process)[0] == 0


def test_it_stops_at_once_although_feeds_are_open(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    answers: list[Any] = []

    def poll(feed: str) -> None:
        path = f"/a/_changes?feed={feed}&since=now&timeout=60000&heartbeat=30000"
        answers.append(server.anonymous("GET", path, auth=("admin", "secret")).status_code)

    feeds = ["longpoll", "continuous"] * 4
    threads = [threading.Thread(target=poll, args=[feed]) for feed in feeds]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    server.process.terminate()
    assert ended(server.process) == (0, "")
    for thread in threads:
        thread.join()
    assert answers == [200] * 8


def test_a_stopped_database_comes_back_whole(serve: Callable[..., Any], tmp_path: Path) -> None:
    server = serve(tmp_path)
    server.ask("PUT", "/a")
    server.ask("PUT", "/a/x", json={"n": 1})
    seq = server.ask("GET", "/a").json()["update_seq"]
    server.process.terminate()
    ended(server.process)
    again = serve(tmp_path)
    assert again.ask("GET", "/a/x").json()["n"] == 1
    assert again.ask("GET", "/a").json()["update_seq"] == seq
    assert not list((tmp_path / "couch").glob("*.new"))


def test_the_files_are_for_their_owner_only(serve: Callable[..., Any], tmp_path: Path) -> None:
    serve(tmp_path).ask("PUT", "/a")
    assert os.stat(tmp_path / "couch").st_mode & 0o077 == 0


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            requests.get(url + "/_up", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.02)
    raise AssertionError(f"{url} does not answer")
