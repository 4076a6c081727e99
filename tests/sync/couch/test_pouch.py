"""PouchDB 9 replicates with the database, in both directions."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parents[2] / ".build" / "checkers" / "node_modules"


@pytest.mark.parametrize("way", ["pull", "push"])
def test_pouchdb_and_the_database_come_to_hold_the_same(db: Any, way: str) -> None:
    url = f"{db.server.url}/{db.name}".replace("//", "//admin:secret@", 1)
    node = Path(sys.executable).with_name("node")
    done = subprocess.run(
        [node, HERE / "pouch.mjs", MODULES, url, way],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["told"]["docs_written"] == 2010
    assert said["again"]["docs_written"] == 0
    assert said["one"] == said["other"]
    assert said["other"]["data"] == said["meant"]
    assert "later" in said["other"]["leaves"]
    assert len(said["other"]["leaves"]["torn"]) == len(said["other"]["leaves"]["mended"]) == 2
    assert said["other"]["winners"]["mended"] == "1-aaa"
    assert len(said["other"]["winners"]) == 1989
