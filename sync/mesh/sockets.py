"""Connections that end when the line does: a cable that is pulled tells nobody by itself."""

import socket
import ssl
from typing import Final

from aiohttp import AddrInfoType, ClientSession, ClientTimeout, TCPConnector

DEAD: Final = 20
"""Seconds for which nothing comes back from the other machine until it is taken for gone; a line
that photos fill keeps a packet waiting for a few."""

ASK: Final = 10
AGAIN: Final = 5
"""Seconds of rest until the kernel asks whether it is still there, and between two such asks."""

SILENCE: Final = 90.0
"""Seconds to the next byte of an answer: a feed has its heartbeat, a large write takes its time."""

_OPTIONS: Final = (
    ("TCP_USER_TIMEOUT", DEAD * 1000),  # what is sent and not acknowledged (tcp(7), RFC 5482)
    ("TCP_KEEPIDLE", ASK),
    ("TCP_KEEPINTVL", AGAIN),
    ("TCP_KEEPCNT", DEAD // AGAIN),
)


def watch(connection: socket.socket) -> socket.socket:
    """The same socket, which notices; one that listens hands it on to those it accepts."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS:
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return connection


def session(
    context: ssl.SSLContext, patience: float, sockets: list[socket.socket] | None = None
) -> ClientSession:
    """Connections to one node, each made within ``patience`` seconds; to ``sockets`` goes the last
    one made, and there is only one."""

    def made(info: AddrInfoType) -> socket.socket:
        fresh = watch(socket.socket(*info[:3]))
        if sockets is not None:
            sockets[:] = [fresh]
        return fresh

    return ClientSession(
        connector=TCPConnector(limit=0 if sockets is None else 1, ssl=context, socket_factory=made),
        timeout=ClientTimeout(total=None, sock_connect=patience, sock_read=SILENCE),
        auto_decompress=False,
        read_bufsize=2**16,
    )
