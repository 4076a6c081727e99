"""Files and addresses, within bounds."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from sync.imports.errors import ImportRefused
from sync.imports.source import read


class Town(BaseHTTPRequestHandler):
    """A town hall's server: good, moved, looping, broken, endless."""

    def do_GET(self) -> None:
        if self.path in ("/moved", "/loop"):
            self.send_response(302)
            self.send_header("Location", "/feed" if self.path == "/moved" else "/loop")
            self.end_headers()
        elif self.path in ("/feed", "/cut", "/huge"):
            self.send_response(200)
            self.send_header("Content-Length", "2000000" if self.path != "/feed" else "5")
            self.end_headers()
            self.wfile.write(b"<rss>" if self.path != "/huge" else b"a" * 2_000_000)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def town() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Town)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_known_by_its_name_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    source = read(str(tmp_path / "a.csv"), 1)
    assert (source.name, source.data) == ("a.csv", b"x")


@pytest.mark.parametrize("path", ["/feed", "/moved"])
def test_an_address_is_read_and_followed_where_it_moved(town: str, path: str) -> None:
    assert read(town + path, 1).data == b"<rss>"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nothing", "Cette adresse répond 404"),
        ("/loop", "renvoie sans fin"),
        ("/cut", "On ne peut pas joindre"),
        ("/huge", "trop gros\u00a0: 1\u00a0Mo au plus"),
    ],
)
def test_a_bad_address_is_told_in_words(town: str, path: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words) as refusal:
        read(town + path, 1)
    assert str(refusal.value).startswith(town + path)


def test_an_address_where_nobody_listens_speaks_of_the_connection(free_port: object) -> None:
    assert callable(free_port)
    with pytest.raises(ImportRefused, match="Internet est peut-être coupé"):
        read(f"http://127.0.0.1:{free_port()}/feed", 1)


@pytest.mark.parametrize("address", ["http://", "https://[::1", "http://a b/"])
def test_what_is_no_address_is_told_so(address: str) -> None:
    with pytest.raises(ImportRefused):
        read(address, 1)


def test_a_missing_file_a_folder_and_a_large_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_bytes(b"a" * 1_000_001)
    for path, words in (
        (tmp_path / "none.csv", "n’est pas là"),
        (tmp_path, "ne peut pas être lu"),
        (tmp_path / "large.csv", "trop gros"),
    ):
        with pytest.raises(ImportRefused, match=words):
            read(str(path), 1)
