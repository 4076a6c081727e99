"""The units of systemd: understood by it, hardened, never root's."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "installer" / "systemd"
BOTH = ("residacoeur.service", "residacoeur-kiosk.service")

analyze = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


def settings(name: str) -> dict[str, str]:
    rows = [line.partition("=") for line in (UNITS / name).read_text().splitlines()]
    return {key: value for key, equals, value in rows if equals and not key.startswith("#")}


def judged(place: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says of a unit whose command is there."""
    command = settings(name)["ExecStart"].split()[0]
    text = (UNITS / name).read_text().replace(command, "/bin/true")
    (place / name).write_text(text)
    return subprocess.run(
        ["systemd-analyze", *words, str(place / name)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(place)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@analyze
@pytest.mark.parametrize(("name", "whose"), [(BOTH[0], "--system"), (BOTH[1], "--user")])
def test_systemd_finds_nothing_wrong(tmp_path: Path, name: str, whose: str) -> None:
    done = judged(tmp_path, name, whose, "verify")
    assert done.returncode == 0, done.stderr
    assert name not in done.stderr  # of other units it may say what it likes


@analyze
def test_a_word_that_systemd_does_not_know_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "x.service").write_text("[Service]\nExecStart=/bin/true\nWatchDog=60\n")
    words = ["systemd-analyze", "verify", str(tmp_path / "x.service")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert "WatchDog" in done.stderr


@analyze
def test_a_server_is_little_exposed(tmp_path: Path) -> None:
    done = judged(tmp_path, BOTH[0], "security", "--offline=true", "--threshold=20")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", BOTH)
def test_each_is_started_again_and_watched(name: str) -> None:
    told = settings(name)
    assert (told["Type"], told["Restart"], told["NoNewPrivileges"]) == ("notify", "always", "yes")
    assert int(told["WatchdogSec"]) >= 30
    assert " serve " in told["ExecStart"]


def test_the_servers_user_is_an_ordinary_one() -> None:
    assert settings(BOTH[0])["User"] == "residacoeur"
    assert "User" not in settings(BOTH[1])  # a user's own manager runs it


def test_the_installer_installs_no_unit() -> None:
    for script in ("run.sh", "setup.sh", "test.sh"):
        assert "systemctl" not in (UNITS.parent / script).read_text()
