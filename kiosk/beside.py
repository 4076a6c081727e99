"""How a command reaches the database: beside a running node, or one started for itself."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.errors import KioskError
from kiosk.running import HOST, Running, answers, find, free_port, hold
from kiosk.supervisor import die_with
from sync.couch.auth import admin_secret

PATIENCE: Final = 20.0  # seconds an embedded database has to start


class NoDatabase(KioskError):
    """The embedded database does not start."""


@contextmanager
def couch_url(data: Path, given: str | None, command: Sequence[str]) -> Iterator[str]:
    """The URL of the database for `data`, good until the block ends.

    The `given` one, else the running node's, else that of an embedded database which `command`,
    completed by --data and --port, starts for this block alone. Raises NoDatabase, running.InUse.
    """
    here = find(data)
    if given:
        yield given
    elif here:
        yield here.couch_url
    else:
        port = free_port()
        url = f"http://{HOST}:{port}"
        with hold(data, Running(url)), embedded(data, port, command):
            yield url


@contextmanager
def embedded(data: Path, port: int, command: Sequence[str]) -> Iterator[None]:
    """The embedded database, answering on `port`; it ends with the block, or with us."""
    admin_secret(data)  # it listens before it has made one
    process = subprocess.Popen(
        [*command, "--data", str(data), "--port", str(port)],
        preexec_fn=die_with(os.getpid()),
        process_group=0,  # Ctrl-C is for us; we end it
    )
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoDatabase("the embedded database does not start")
        time.sleep(0.02)
