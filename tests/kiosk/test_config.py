"""What a node is told when it starts."""

import stat
from pathlib import Path

import pytest

from kiosk.config import Config, NewerData, Unprepared, check_format, prepare, read, runtime_dir

URL = "http://127.0.0.1:5984"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    prepare(tmp_path / "data")
    (tmp_path / "data" / "couch.secret").write_text("residacoeur:a:b\n")
    return tmp_path / "data"


def test_a_prepared_directory_is_read_back(data: Path) -> None:
    config = read(data, 8080, URL, "kiosk")
    assert (config.couch_url, config.couch_name, config.couch_password) == (
        URL,
        "residacoeur",
        "a:b",
    )
    assert config.node.id.startswith("n-")
    assert len(config.node.incarnation) == 8
    assert config.node.residence is None
    assert config.estate_key != config.portal_key


def test_secrets_are_for_their_owner_alone(data: Path) -> None:
    for name in ("estate.key", "portal.key", "node.json"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(runtime_dir(data).stat().st_mode) == 0o700


def test_preparing_again_changes_nothing(data: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    prepare(data)
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_data_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("2\n")
    with pytest.raises(NewerData):
        prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["version"]


def test_a_directory_without_version_is_not_newer(tmp_path: Path) -> None:
    check_format(tmp_path)


def test_credentials_in_the_url_win_over_the_file(data: Path) -> None:
    config = read(data, 8080, "http://ad%40min:se%2Fcret@couch.example:5984/", "home")
    assert config.couch_url == "http://couch.example:5984"
    assert (config.couch_name, config.couch_password) == ("ad@min", "se/cret")


def test_two_data_directories_have_two_runtime_directories(tmp_path: Path) -> None:
    assert runtime_dir(tmp_path / "a") != runtime_dir(tmp_path / "b")


def test_secrets_stand_in_no_representation(data: Path) -> None:
    config: Config = read(data, 8080, URL)
    assert "a:b" not in repr(config)
    assert repr(config.estate_key) not in repr(config)


def test_a_cut_key_is_named(data: Path) -> None:
    (data / "estate.key").write_bytes(b"short")
    with pytest.raises(Unprepared, match=r"estate\.key"):
        read(data, 8080, URL)
