"""The nodes that were met, kept over restarts: a hall that starts in a cut knows whom it misses.

DIR/peers.json, for this machine alone. What stands in it is believed of nobody: whoever answers
shows their certificates anew.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sync.clock import instant, stamp
from sync.mesh.address import Address
from sync.mesh.identity.chain import Peer
from sync.mesh.link import Link

log = logging.getLogger(__name__)

NAME: Final = "peers.json"
MOST: Final = 500
"""Nodes remembered: ten times what an estate has."""

ADDRESSES: Final = 8
"""Addresses remembered of each."""

Known = tuple[Peer, list[Address], datetime]
"""A node, where it may be, and since when it was as it was last."""


def read(path: Path) -> list[Known]:
    """Those in the file; none where there is none, or it cannot be read."""
    try:
        return [_known(each) for each in json.loads(path.read_bytes())["peers"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("who was met before is forgotten: %s", error)
        return []


def text(links: Iterable[Link]) -> str:
    """What the file says of these links."""
    met = [link for link in links if link.peer is not None and link.since is not None]
    return json.dumps({"v": 1, "peers": [_told(link) for link in met[:MOST]]}, indent=1)


def write(path: Path, content: str) -> None:
    """Put it on disk whole; a full disk only means that it is asked again."""
    draft = path.with_name(f".{path.name}")
    try:
        with open(draft, "w", encoding="utf-8", opener=_private) as file:
            file.write(content)
        draft.replace(path)
    except OSError as error:
        log.warning("who was met is not written down: %s", error)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _told(link: Link) -> dict[str, Any]:
    assert link.peer is not None
    assert link.since is not None
    peer = asdict(link.peer)
    dates = {name: stamp(peer[name]) for name in ("starts", "ends")}
    near = [link.address] if link.address else []
    where = list(dict.fromkeys([*near, *link.addresses]))[:ADDRESSES]
    return {**peer, **dates, "addresses": where, "since": stamp(link.since)}


def _known(told: dict[str, Any]) -> Known:
    peer = Peer(
        node=str(told["node"]),
        name=str(told["name"]),
        role=told["role"],
        households=tuple(map(str, told["households"])),
        serials=tuple(map(int, told["serials"])),
        starts=instant(told["starts"]),
        ends=instant(told["ends"]),
        residence=str(told.get("residence", "")),
    )
    if peer.role not in ("kiosk", "landlord", "home"):
        raise ValueError(peer.role)
    places = [Address(str(host), int(port)) for host, port in told["addresses"]]
    return peer, places, instant(told["since"])
