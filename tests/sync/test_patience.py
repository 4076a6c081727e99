"""A database that hangs is waited for once."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync import database as databases
from sync import patience
from sync.database import Database
from sync.errors import TimedOut, Unreachable


def test_a_frozen_database_is_waited_for_once_and_asked_again_once_it_may_answer(
    start_couch: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE", (1.0, 1.0))
    couch = start_couch(tmp_path / "data")
    database = Database(couch.url, couch.name, couch.password)
    database.create_all()
    couch.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(TimedOut):
            database.get("estate", "notice:1")
        with pytest.raises(Unreachable) as refused:
            database.get("estate", "notice:1")
    finally:
        couch.process.send_signal(signal.SIGCONT)
    assert not isinstance(refused.value, TimedOut)
    monkeypatch.setattr(patience, "PAUSE", 0.0)
    assert database.get("estate", "notice:1") is None


def test_what_no_document_can_be_called_is_no_document(database: Database) -> None:
    assert database.get("private", "_all_docs:report:x") is None
    assert database.attachment("private-media", "_x:photo:y.1", "photo.jpg") is None
