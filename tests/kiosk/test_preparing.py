"""The databases are made once the server answers."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.preparing import prepare_databases
from sync.couch.auth import admin_secret
from sync.database import INDEXES, Database


def test_databases_are_made_when_the_server_comes(
    start_couch: Callable[..., Any], free_port: Callable[[], int], tmp_path: Path
) -> None:
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    name, password = admin_secret(data)
    database = Database(f"http://127.0.0.1:{port}", name, password)
    prepare_databases(database)
    start_couch(data, port)
    deadline = time.monotonic() + 20
    made: set[str] = set()
    while made != set(INDEXES) and time.monotonic() < deadline:
        time.sleep(0.05)
        made = set(database.client.get_all_dbs().get_result()) & set(INDEXES)
    assert made == set(INDEXES)
