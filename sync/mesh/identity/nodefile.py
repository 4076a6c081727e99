"""A node on a USB stick: one JSON file (0600) with all that makes a machine that node."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sync.mesh.identity.authority import Homes
from sync.mesh.identity.chain import Peer
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.identity import Credentials, check
from sync.mesh.identity.pem import load, read_chain, read_key, save, write_chain, write_key

VERSION: Final = 1
KEY_BYTES: Final = 32  # of the key of codes and cards


@dataclass(frozen=True)
class NodeFile:
    """What such a file holds; ``estate_key`` keys the codes and cards of the whole estate."""

    estate: str
    estate_name: str
    node: Peer
    residence: str | None
    staircase: str | None
    credentials: Credentials
    estate_key: bytes = field(repr=False)


def write(path: Path, file: NodeFile) -> None:
    """Write the file whole or not at all; OSError when it cannot be, as on a full stick."""
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "No such directory", str(path.parent))
    save(path, json.dumps(_plain(file), indent=1, ensure_ascii=False))


def read(path: Path) -> NodeFile:
    """What is in the file at ``path``; :class:`Unreadable` "missing", "damaged" or "newer"."""
    try:
        fields = json.loads(load(path))
        if fields["v"] > VERSION:
            raise Unreadable("newer", str(path))
        return _file(fields)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("damaged", str(path)) from error


def _plain(file: NodeFile) -> dict[str, Any]:
    own = file.credentials
    homes = own.homes
    return {
        "v": VERSION,
        "estate": {"id": file.estate, "name": file.estate_name},
        "node": {
            "id": file.node.node,
            "name": file.node.name,
            "role": file.node.role,
            "residence": file.residence,
            "staircase": file.staircase,
        },
        "key": write_key(own.key),
        "chain": write_chain(own.chain),
        "root": write_chain([own.root]),
        "homes": homes and {"key": write_key(homes.key), "chain": write_chain(homes.chain)},
        "estate_key": base64.b64encode(file.estate_key).decode(),
    }


def _file(fields: dict[str, Any]) -> NodeFile:
    root, homes = read_chain(fields["root"])[0], fields["homes"]
    below = homes and Homes(read_chain(homes["chain"]), read_key(homes["key"]))
    own = Credentials(read_key(fields["key"]), read_chain(fields["chain"]), root, below)
    key = base64.b64decode(fields["estate_key"], validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("not the length of a key")
    estate, node = fields["estate"], fields["node"]
    places = (node["residence"], node["staircase"])
    return NodeFile(estate["id"], estate["name"], check(own), *places, own, key)
