"""How the steps of the installer are skipped, resumed, and told, in a real POSIX shell."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = f"""
set -eu
ROOT=$PWD
. {shlex.quote(str(ROOT))}/installer/setup.sh
mkdir -p $BUILD
works() {{ echo worked >>count; }}
fails() {{ echo oh no; return 7; }}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "a lock").write_text("one\n")
    return tmp_path


def shell(place: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run `script`; its words go to files, which a killed shell's own children cannot hold up."""
    said = [place / "stdout", place / "stderr"]
    with said[0].open("w") as stdout, said[1].open("w") as stderr:
        code = subprocess.call(
            ["/bin/sh", "-c", BEFORE + script],
            cwd=place,
            env={"PATH": "/usr/bin:/bin"},
            stdout=stdout,
            stderr=stderr,
            timeout=60,
        )
    return subprocess.CompletedProcess([], code, *(path.read_text() for path in said))


def count(place: Path) -> int:
    path = place / "count"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_step_is_done_once(place: Path) -> None:
    for _ in range(2):
        done = shell(place, 'step "1/1 Pages" pages works "a lock"')
        assert done.returncode == 0
    assert count(place) == 1
    assert done.stdout == ""


def test_a_step_is_done_again_when_its_files_change(place: Path) -> None:
    shell(place, 'step "1/1 Pages" pages works "a lock"')
    (place / "a lock").write_text("two\n")
    done = shell(place, 'step "1/1 Pages" pages works "a lock"')
    assert count(place) == 2
    assert "1/1 Pages" in done.stdout
    assert "fait" in done.stdout


def test_an_interrupted_step_is_done_again(place: Path) -> None:
    shell(
        place, 'works() { echo half >>count; kill -9 $$; }; step "1/1 Pages" pages works "a lock"'
    )
    assert count(place) == 1
    done = shell(place, 'step "1/1 Pages" pages works "a lock"')
    assert done.returncode == 0
    assert count(place) == 2


def test_a_first_failure_ends_with_its_words_and_what_to_do(place: Path) -> None:
    done = shell(place, 'step "1/1 Pages" pages fails "a lock"; echo not here')
    assert done.returncode == 1
    assert "oh no" in done.stderr
    assert "Recommencez la même commande" in done.stderr
    assert "not here" not in done.stdout


def test_without_network_what_was_installed_before_is_used(place: Path) -> None:
    shell(place, 'step "1/1 Pages" pages works "a lock"')
    (place / "a lock").write_text("two\n")
    done = shell(place, 'step "1/1 Pages" pages fails "a lock"; echo starts')
    assert done.returncode == 0
    assert "attend le réseau" in done.stdout
    assert "starts" in done.stdout
    shell(place, 'step "1/1 Pages" pages works "a lock"')
    assert count(place) == 2, "tried again once there is a network"


def test_without_python_the_first_thing_said_is_the_apt_line(tmp_path: Path) -> None:
    for tool in ("dirname", "mkdir", "cat"):
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "installer" / "run.sh")],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[1].strip() == "sudo apt-get install python3 python3-venv"


@pytest.mark.parametrize("arguments", [["--prot", "1"], ["--data"]])
def test_an_option_that_makes_no_sense_is_said(arguments: list[str]) -> None:
    run = ROOT / "installer" / "run.sh"
    done = subprocess.run(["sh", run, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert arguments[0] in done.stderr


def test_help_names_every_option() -> None:
    run = ROOT / "installer" / "run.sh"
    done = subprocess.run(["sh", run, "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    options = ["--data", "--port", "--couch-port", "--mode", "--node", "--no-window"]
    for option in [*options, "--setup-only"]:
        assert option in done.stdout


@pytest.mark.parametrize(
    "option",
    [("--port", "abc"), ("--couch-port", ""), ("--mode", "car"), ("--node", "none.node")],
)
def test_a_slip_in_an_option_is_said_before_anything_is_made(
    place: Path, option: tuple[str, str]
) -> None:
    data = place / "data"
    arguments = ["sh", str(ROOT / "installer" / "run.sh"), "--data", str(data), *option]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr
    assert not data.exists()


WINDOW = """
install_window() { echo window >>count; }
make_lock() { mkdir -p installer && echo one >installer/window.lock && echo two >pyproject.toml; }
make_lock
"""


def test_without_a_screen_there_is_no_window_to_install(place: Path) -> None:
    assert shell(place, f"{WINDOW} set_up_window").returncode == 0
    assert count(place) == 0


def test_where_there_is_a_screen_the_window_is_installed_once(place: Path) -> None:
    done = shell(place, f"{WINDOW} DISPLAY=:0; set_up_window; set_up_window")
    assert done.returncode == 0
    assert count(place) == 1
    assert "Fenêtre" in done.stdout


def test_a_window_that_cannot_be_installed_does_not_stop_the_node(place: Path) -> None:
    script = f"{WINDOW} DISPLAY=:0; install_window() {{ fails; }}; set_up_window; echo starts"
    done = shell(place, script)
    assert done.returncode == 0
    assert "sans sa fenêtre" in done.stdout
    assert done.stdout.endswith("starts\n")


def test_what_only_an_administrator_can_add_is_named(place: Path) -> None:
    fake = 'mkdir -p v/bin; printf "#!/bin/sh\\necho libnss3 libegl1\\n" >v/bin/python; VENV=v'
    done = shell(place, f"{fake}; chmod +x v/bin/python; tell_window; DISPLAY=:0; tell_window")
    assert done.stdout.splitlines()[1:] == ["  sudo apt-get install libnss3 libegl1"]
