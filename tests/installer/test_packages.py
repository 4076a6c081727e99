"""What test.sh does about Debian packages that are not there: `id` and `apt-get` are stand-ins."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("dirname", "cat", "mkdir", "rm", "sha256sum", "cut", "mv", "tail", "sleep")

PACKAGES = (
    "chromium chromium-headless-shell default-jre-headless xvfb strace openbox xdotool"
    " poppler-utils zbar-tools"
)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with Python and a few tools, without chromium and java."""
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    (tmp_path / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    script(tmp_path / "apt-get", f'echo "$@" >>{tmp_path}/asked; [ "$1" = update ]')
    return tmp_path


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run(bare: Path, uid: int, *options: str) -> subprocess.CompletedProcess[str]:
    script(bare / "id", f"echo {uid}")
    return subprocess.run(
        ["/bin/sh", ROOT / "installer" / "test.sh", *options],
        env={"PATH": str(bare)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_ordinary_user_is_told_one_line(bare: Path) -> None:
    done = run(bare, 1000)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"  sudo apt-get install {PACKAGES}"
    assert not (bare / "asked").exists()


def test_the_long_ones_need_more(bare: Path) -> None:
    done = run(bare, 1000, "--full")
    assert done.stderr.splitlines()[-1].endswith(f"{PACKAGES} git iproute2 faketime")


def test_root_installs_what_is_missing_and_fails_when_it_cannot(bare: Path) -> None:
    done = run(bare, 0)
    update, install = (bare / "asked").read_text().splitlines()
    assert update.startswith("update")
    assert install.endswith(PACKAGES)
    assert done.returncode != 0
