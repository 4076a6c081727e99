"""What lies in a data directory, who may read it, and what is not whole."""

import stat
from pathlib import Path
from typing import Any

import pytest

from sync.mesh.identity import authority as estates
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.identity import CHAIN, HOMES, HOMES_KEY, KEY, ROOT, read


def test_a_data_directory_without_an_estate_has_no_identity(tmp_path: Path) -> None:
    assert read(tmp_path) is None


def test_a_kiosk_makes_homes_and_the_landlord_does_not(cast: Any) -> None:
    assert cast.kiosk().can_make_homes
    assert not cast.landlord().can_make_homes


def test_the_authority_is_there_where_the_estate_was_made(cast: Any) -> None:
    kiosk = cast.kiosk()
    assert kiosk.authority is None
    estates.keep(cast.authority, cast.place / "kiosk" / "estate")
    again = read(cast.place / "kiosk")
    assert again is not None
    assert again.authority is not None
    assert again.authority.root == cast.authority.root


def test_nobody_else_can_read_an_identity(cast: Any) -> None:
    folder = cast.kiosk().folder
    estates.keep(cast.authority, cast.place / "kiosk" / "estate")
    assert {path.name for path in folder.iterdir()} == {KEY, CHAIN, ROOT, HOMES_KEY, HOMES}
    for place in (folder, folder.parent / "estate"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}


def test_no_key_is_ever_shown(cast: Any) -> None:
    kiosk = cast.kiosk()
    for each in (kiosk, kiosk.credentials, kiosk.credentials.homes, cast.authority):
        assert "PrivateKey" not in repr(each)


@pytest.mark.parametrize("name", [KEY, ROOT, CHAIN, HOMES_KEY])
def test_an_identity_that_is_not_whole_says_so(cast: Any, name: str) -> None:
    folder = cast.kiosk().folder
    content = (folder / name).read_text()
    (folder / name).write_text(content[: len(content) // 2])
    with pytest.raises(Unreadable, match="damaged"):
        read(folder.parent)


def test_a_missing_key_is_said_to_be_missing(cast: Any) -> None:
    folder = cast.kiosk().folder
    (folder / KEY).unlink()
    with pytest.raises(Unreadable, match="missing"):
        read(folder.parent)


def test_another_nodes_key_does_not_fit(cast: Any) -> None:
    kiosk, landlord = cast.kiosk(), cast.landlord()
    (kiosk.folder / KEY).write_text((landlord.folder / KEY).read_text())
    with pytest.raises(Unreadable, match="another key"):
        read(kiosk.folder.parent)
