"""Connections that end when the line does: a cable that is pulled tells nobody by itself."""

import socket
from typing import Final

DEAD: Final = 20
"""Seconds for which nothing comes back from the other machine until it is taken for gone; a line
that photos fill keeps a packet waiting for a few."""

ASK: Final = 10
AGAIN: Final = 5
"""Seconds of rest until the kernel asks whether it is still there, and between two such asks."""

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
