"""Whom the still screen names: learnt while the portal lives, known when it is dead."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.shell import keepers
from kiosk.shell.words import NUMBERS, aloud

DEAD = "http://127.0.0.1:1"


class Portal(BaseHTTPRequestHandler):
    """Says of the caretakers what it is told to say."""

    said = b""

    def do_GET(self) -> None:
        self.send_response(200 if self.said else 500)
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_was_learnt_is_known_when_nothing_answers(portal: str, tmp_path: Path) -> None:
    (tmp_path / "version").write_text("1\n")
    Portal.said = b'{"keepers": ["G\xc3\xa9rard Rossi, 04 91 00 00 00"]}'
    learnt = keepers.learn(portal, tmp_path)
    assert learnt == ["Gérard Rossi, 04 91 00 00 00"]
    assert keepers.learn(DEAD, tmp_path) == keepers.known(tmp_path) == learnt


@pytest.mark.parametrize("said", [b"", b"{}", b"[1]", b"\xff", b'{"keepers": 3}'])
def test_what_makes_no_sense_changes_nothing(portal: str, tmp_path: Path, said: bytes) -> None:
    (tmp_path / "still.json").write_text('{"keepers": ["Gérard"]}')
    Portal.said = said
    assert keepers.learn(portal, tmp_path) == ["Gérard"]


def test_nothing_is_written_where_there_is_no_node(portal: str, tmp_path: Path) -> None:
    Portal.said = b'{"keepers": ["G"]}'
    assert keepers.learn(portal, tmp_path / "data") == ["G"]
    assert list(tmp_path.iterdir()) == []


def test_a_site_answers_whatever_it_says(portal: str) -> None:
    assert keepers.answers(portal)
    assert not keepers.answers(DEAD)


def test_the_still_screen_names_the_numbers_and_the_caretaker() -> None:
    words = aloud(True, ["Gérard Rossi"])
    assert [number.digits for number in NUMBERS] == ["15", "17", "18", "112", "114"]
    assert all(number.digits in words for number in NUMBERS)
    assert "Gérard Rossi" in words
