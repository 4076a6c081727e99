"""The demonstration estate of a first start, before anything of it is made."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("option", ["--port", "--couch-port"])
def test_a_port_that_is_taken_is_named_before_a_code_is_told(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "installer/estate.py", "--data", tmp_path / "data", option, port],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr == f"Le port {port} est déjà pris. Choisissez-en un autre avec {option}.\n"
    assert done.stdout == ""
    assert not (tmp_path / "data").exists()


def test_an_interrupted_estate_says_how_to_go_on(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "installer/estate.py", "--data", tmp_path / "data"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # In the background of a script nobody hears Ctrl-C; here it is as in a terminal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends Ctrl-C, to all of them
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "La même commande reprend ici." in said
    assert "Traceback" not in said
