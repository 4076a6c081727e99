"""What the mesh of a node is told when it starts."""

from dataclasses import dataclass, field
from pathlib import Path

from sync.mesh.address import Address


@dataclass(frozen=True)
class Settings:
    """``data``: the node's directory; ``url``, ``name``, ``password``: its database and whose it
    is; ``origin``: its id and incarnation, as documents carry it. ``gateway``: where it listens;
    ``egress``: the port of the egress on loopback; ``peers``: addresses that somebody typed.
    """

    data: Path
    url: str
    name: str
    password: str = field(repr=False)
    origin: str
    called: str
    residence: str | None
    gateway: Address
    egress: int
    peers: tuple[Address, ...]
    release: str

    @property
    def node(self) -> str:
        """The node's id."""
        return self.origin.partition(".")[0]
