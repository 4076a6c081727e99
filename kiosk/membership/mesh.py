"""The mesh's process, told what it has to know of this node."""

import argparse
from importlib.metadata import version

from kiosk.config import Config
from sync.mesh import process
from sync.mesh.address import Address
from sync.mesh.settings import Settings


def run(here: Config, options: argparse.Namespace) -> int:
    """Run it until it is told to stop; its exit code."""
    peers = [*options.peer, *here.node.peers]
    return process.run(
        Settings(
            data=here.data,
            url=here.couch_url,
            name=here.couch_name,
            password=here.couch_password,
            origin=here.node.origin,
            called=here.node.name,
            residence=here.node.residence,
            gateway=Address.read(options.gateway),
            egress=options.egress_port,
            peers=tuple(map(Address.read, dict.fromkeys(peers))),
            release=version("residacoeur"),
        )
    )
