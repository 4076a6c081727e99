"""Who was met is known after a restart, and a torn file only forgets."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from sync.mesh import acquaintances
from sync.mesh.address import Address
from sync.mesh.identity.chain import Peer
from sync.mesh.link import Link

AT = datetime(2026, 11, 28, tzinfo=UTC)
HALL = Peer("n-1", "Hall B", "kiosk", (), (4711,), AT, AT.replace(year=2028))


def link(peer: Peer | None) -> Link:
    nobody: Any = cast(Any, None)
    made = Link("n-1", nobody, nobody, [], peer=peer, since=AT)
    made.addresses = {Address("10.0.0.7", 6984): 3.0, Address("fd00::7", 6984): 4.0}
    made.address = Address("fd00::7", 6984)
    return made


def test_who_was_met_is_remembered_with_the_last_address_first(tmp_path: Path) -> None:
    path = tmp_path / "peers.json"
    acquaintances.write(path, acquaintances.text([link(HALL), link(None)]))
    ((peer, addresses, since),) = acquaintances.read(path)
    assert (peer, since) == (HALL, AT)
    assert addresses == [Address("fd00::7", 6984), Address("10.0.0.7", 6984)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"peers": [{"node": 1}]}', '{"peers": 3}'])
def test_a_file_that_is_not_whole_only_forgets(tmp_path: Path, content: str) -> None:
    path = tmp_path / "peers.json"
    path.write_text(content)
    assert acquaintances.read(path) == []


def test_nobody_was_met_where_there_is_no_file(tmp_path: Path) -> None:
    assert acquaintances.read(tmp_path / "peers.json") == []
