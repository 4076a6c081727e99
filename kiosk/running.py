"""Whether a node runs on a data directory, and where it answers (DIR/run.json, 0600)."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk.errors import KioskError

HOST: Final = "127.0.0.1"
SERVER: Final = "residacoeur"  # how a portal names itself in what it answers


class InUse(KioskError):
    """Another process holds this data directory."""


@dataclass(frozen=True)
class Running:
    """What a running node tells its own processes and the commands beside it.

    `couch_url` may carry credentials, `port` is 0 while a command alone runs the database.
    """

    couch_url: str
    port: int = 0
    mode: str = "home"
    window: bool = False
    egress: int = 0
    gateway: str = ""

    @property
    def ports(self) -> frozenset[int | None]:
        """Those on which its processes listen, where they have come so far."""
        gateway = self.gateway.rpartition(":")[2]
        return frozenset({self.port, self.couch_port, self.egress, int(gateway or 0)}) - {0}

    @property
    def couch_port(self) -> int | None:
        """The port of the database."""
        return urlsplit(self.couch_url).port


@contextmanager
def hold(data: Path, running: Running) -> Iterator[None]:
    """Be the one node on `data`, and say so, until the block ends. Raises InUse.

    The hold is a lock of the kernel (flock(2)): it ends with the process, however that ends.
    """
    with (data / "run.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(f"{data} is in use") from error
        try:
            _write(data / "run.json", running)
            yield
        finally:
            (data / "run.json").unlink(missing_ok=True)


def find(data: Path) -> Running | None:
    """The node that runs on `data` now; None when there is none."""
    try:
        with (data / "run.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return read(data)
    return None


def read(data: Path) -> Running | None:
    """What DIR/run.json says; None when it is not there."""
    try:
        return Running(**json.loads((data / "run.json").read_bytes()))
    except FileNotFoundError:
        return None


def free_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server can listen on `port` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = HOST) -> bool:
    """Whether someone accepts connections on `port` of this machine."""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def shows(port: int) -> bool:
    """Whether it is a portal that answers on `port` of this machine, and not another program."""
    question = f"GET /healthz HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n"
    try:
        with socket.create_connection((HOST, port), timeout=0.5) as connection:
            connection.sendall(question.encode())
            return f"Server: {SERVER}\r\n".encode() in connection.recv(4096)
    except OSError:
        return False


def taken(option: str, port: int) -> str:
    """What one says of a port that another program has; `option` chooses it."""
    return f"Le port {port} est déjà pris. Choisissez-en un autre avec {option}."


def _write(path: Path, running: Running) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(running), file)
    draft.replace(path)
