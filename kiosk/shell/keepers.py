"""Whom one can tell when the screen is broken: asked of the portal while it lives, and kept."""

import http.client
import json
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PATH: Final = "/still"
PATIENCE: Final = 2.0  # seconds for an answer on this very machine
MOST: Final = 2  # caretakers: more have no room on the screen
LONGEST: Final = 60  # characters of a name with its telephone


def answers(url: str) -> bool:
    """Whether a site answers anything at all."""
    return _ask(url, "HEAD", "/static/icon.svg") is not None


def learn(url: str, data: Path) -> list[str]:
    """The caretakers of this hall as "Gérard Rossi, 04 91 00 00 00"; what was known before when
    the portal does not tell. Kept in DIR/still.json, where there is a node in DIR."""
    told = _ask(url, "GET", PATH)
    found = _lines(told) if told else None
    if found is None:
        return known(data)
    if (data / "version").exists():
        with suppress(OSError):
            draft = data / "still.json.new"
            draft.write_text(json.dumps({"keepers": found}), encoding="utf-8")
            draft.replace(data / "still.json")
    return found


def known(data: Path) -> list[str]:
    """Those that were learnt last; none where nothing is known."""
    try:
        return _lines((data / "still.json").read_bytes()) or []
    except OSError:
        return []


def _lines(told: bytes) -> list[str] | None:
    try:
        lines = json.loads(told)["keepers"]
        return [str(line)[:LONGEST] for line in lines][:MOST]
    except (ValueError, KeyError, TypeError):
        return None


def _ask(url: str, method: str, path: str) -> bytes | None:
    """The body of an answer of 2xx, b"" for any other answer, None without one."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=PATIENCE
    )
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read(65536)
        return body if answer.status < 300 else b""
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
