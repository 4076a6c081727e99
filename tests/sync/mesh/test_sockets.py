"""A connection whose line is dead."""

import socket

from sync.mesh.sockets import DEAD, watch


def test_a_socket_that_listens_hands_its_watch_on_to_those_it_accepts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        watch(listening)
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                told = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                assert told == DEAD * 1000
