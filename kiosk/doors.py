"""The ports on which a node would listen, and what one says of one that it cannot have."""

import argparse
import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk import config
from kiosk.errors import PORT_TAKEN, Stopped
from kiosk.running import HOST, taken
from sync.mesh.address import Address

MESH: Final = (
    "Un port vers les autres nœuds est déjà pris. "
    "Choisissez-en un autre avec --gateway ou --egress-port."
)
"""When somebody took one after it was found free; DIR/logs/mesh.log says which."""


@dataclass(frozen=True)
class Door:
    """One port, where it listens, and the option that changes it."""

    option: str
    port: int
    host: str = HOST

    @property
    def trouble(self) -> str:
        """Why nobody can listen there, in a sentence; "" when one can."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
                probe.bind((self.host, self.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return taken(self.option, self.port)
            said = f"On ne peut pas écouter sur {self.host}, port {self.port}"
            return f"{said}\xa0: {error.strerror}. Changez {self.option}."
        return ""


def doors(options: argparse.Namespace) -> list[Door]:
    """Those of the node that `options` would make: of its pages, its database, and where it is of
    an estate, to others; a home lets nobody in."""
    found = [Door("--port", options.port)]
    if not options.couch_url:
        found.append(Door("--couch-port", options.couch_port))
    if _is_in_estate(options):
        found.append(Door("--egress-port", options.egress_port))
        if not _is_home(options):
            host, port = Address.read(options.gateway)
            found.append(Door("--gateway", port, host))
    return found


def check(door: Door) -> None:
    """Raises Stopped when nobody can listen there."""
    if door.trouble:
        raise Stopped(door.trouble, PORT_TAKEN)


def lost(options: argparse.Namespace) -> dict[str, Mapping[int, str]]:
    """By process, what the terminal says when it ends since its port was taken meanwhile."""
    pages, base = (taken("--port", options.port), taken("--couch-port", options.couch_port))
    return {
        "portal": {PORT_TAKEN: pages},
        "couch": {PORT_TAKEN: base},
        "mesh": {PORT_TAKEN: MESH},
    }


def _is_in_estate(options: argparse.Namespace) -> bool:
    given = "node" in options and options.node
    return bool(given) or (options.data / "identity" / "chain.pem").exists()


def _is_home(options: argparse.Namespace) -> bool:
    given = "node" in options and options.node
    return not given and "home" in config.read_node(options.data).roles
