"""The process: one listener on the loopback address over one data directory."""

import contextlib
import errno
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from sync.couch.auth import admin_secret
from sync.couch.errors import BadSecret, BadSettings, Locked
from sync.couch.node import Node
from sync.couch.protocol import Protocol
from sync.couch.router import Application
from sync.couch.settings import read

HOST = "127.0.0.1"
PORT_TAKEN = 3
DIRECTORY_TAKEN = 4
BAD_SECRET = 5
BAD_SETTINGS = 6
SETTINGS = "couch.ini"
_KEEP_ALIVE = 900
"""Seconds an idle connection is kept: pools of clients keep theirs for minutes."""
_RECURSION = 5000
_SWITCH = 0.0005
"""Seconds a thread that scans may keep the interpreter while a short request waits."""

_log = logging.getLogger(__name__)


def run(dir: Path, port: int, admin: tuple[str, str] | None = None) -> int:
    """Serve the databases in `dir/couch` on 127.0.0.1:`port` until SIGTERM or SIGINT.

    `admin` is the administrator's name and password; without it `admin_secret(dir)`. Makes what
    is missing; `dir/couch.ini` may hold settings. Returns 0 after a stop that was asked for, 3
    when the port is taken, 4 when another process serves `dir`, 5 when `dir/couch.secret` is
    unreadable, 6 when `dir/couch.ini` is; the last four after a sentence on standard error.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    sys.setswitchinterval(_SWITCH)
    try:
        listener = _listen(port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        return _refuse(f"port {port} of {HOST} is taken by another program", PORT_TAKEN)
    with listener:
        try:
            known = admin or admin_secret(dir)
            node = Node(dir / "couch", known, read(dir / SETTINGS))
        except Locked as error:
            return _refuse(str(error), DIRECTORY_TAKEN)
        except BadSecret as error:
            return _refuse(str(error), BAD_SECRET)
        except BadSettings as error:
            return _refuse(str(error), BAD_SETTINGS)
        _serve(node, listener, port, known)
    return 0


def _refuse(sentence: str, code: int) -> int:
    print(f"residacoeur couch: {sentence}", file=sys.stderr)
    return code


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """uvicorn that lets open feeds end when it stops, and returns instead of dying of the
    signal."""

    def __init__(
        self, config: uvicorn.Config, node: Node, port: int, admin: tuple[str, str]
    ) -> None:
        super().__init__(config)
        self._node = node
        self._place = (port, *admin)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._node.replicator.start(*self._place)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._node.replicator.close()
        self._node.stop()
        await super().shutdown(sockets)


def _serve(node: Node, listener: socket.socket, port: int, admin: tuple[str, str]) -> None:
    config = uvicorn.Config(
        Application(node),
        http=Protocol,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, node, port, admin)
    try:
        server.run([listener])
    finally:
        node.close()
