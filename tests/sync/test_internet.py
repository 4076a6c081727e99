"""What feeds from beyond the estate show of the line, and what they do not."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

import app
from sync.clock import stamp
from sync.imports import followed, source
from sync.internet import NAME, beyond, known, note
from sync.mesh.weather import Weather

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / NAME


def silent(kept: Path, host: str, minutes: int) -> None:
    note(kept, host, NOW + minutes * MINUTE, answered=False)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.marseille.fr/feed", "www.marseille.fr"),
        ("http://1.1.1.1/feed", "1.1.1.1"),
        ("http://127.0.0.1:80/", ""),
        ("http://192.168.1.20/feed", ""),
        ("http://[fd00::1]/feed", ""),
        ("http://office.local/feed", ""),
        ("http://office/feed", ""),
        ("https://[::1", ""),
    ],
)
def test_only_what_lies_beyond_this_network_tells_of_the_line(address: str, host: str) -> None:
    assert beyond(address) == host


def test_one_silent_server_is_not_the_line(kept: Path) -> None:
    silent(kept, "a.fr", 0)
    silent(kept, "a.fr", 60)
    assert known(kept, NOW + 60 * MINUTE) is None


def test_two_silent_servers_are_since_the_first_was(kept: Path) -> None:
    note(kept, "a.fr", NOW - 60 * MINUTE, answered=True)
    silent(kept, "a.fr", 0)
    assert known(kept, NOW) == (True, stamp(NOW - 60 * MINUTE))
    silent(kept, "b.fr", 1)
    silent(kept, "a.fr", 60)
    assert known(kept, NOW + 61 * MINUTE) == (False, stamp(NOW))


def test_one_that_answers_is_the_way_out_and_since_when_stays(kept: Path) -> None:
    silent(kept, "a.fr", 0)
    silent(kept, "b.fr", 1)
    for minutes in (5, 65):
        note(kept, "b.fr", NOW + minutes * MINUTE, answered=True)
    assert known(kept, NOW + 70 * MINUTE) == (True, stamp(NOW + 5 * MINUTE))


def test_what_was_long_ago_says_nothing(kept: Path) -> None:
    assert known(kept, NOW) is None
    note(kept, "a.fr", NOW, answered=True)
    assert known(kept, NOW + 181 * MINUTE) is None
    silent(kept, "a.fr", 182)
    silent(kept, "b.fr", 182)
    assert known(kept, NOW + 400 * MINUTE) is None


@pytest.mark.parametrize("content", ["", "[]", '{"failed": {"a": "soon"}, "answered": ""}'])
def test_a_damaged_file_says_nothing(kept: Path, content: str) -> None:
    kept.write_text(content)
    assert known(kept, NOW) is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (requests.ConnectionError("no route"), False),
        (requests.Timeout("nobody"), False),
        (requests.exceptions.SSLError("not theirs"), True),
    ],
)
def test_an_import_notes_who_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: bool
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    heard: list[tuple[str, bool]] = []
    monkeypatch.setattr(source.requests.Session, "get", fail)
    monkeypatch.setattr(
        followed.internet, "note", lambda p, host, at, answered: heard.append((host, answered))
    )
    words = ["import", "feed", "https://www.marseille.fr/feed", "--data", str(tmp_path / "data")]
    assert app.main(words) == 2
    assert heard == [("www.marseille.fr", told)]


def test_the_mesh_tells_pages_of_it(kept: Path) -> None:
    silent(kept, "a.fr", 0)
    silent(kept, "b.fr", 1)

    class Here:
        data = kept.parent

    weather = Weather(None, Here(), "kiosk", lambda: NOW + 2 * MINUTE)  # type: ignore[arg-type]

    async def reach() -> dict[str, Any]:
        return weather._reach([], {"urgent": 0, "words": 0, "media": 0})

    assert asyncio.run(reach())["internet"] == {"up": False, "since": stamp(NOW)}
