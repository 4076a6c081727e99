"""What the portal asks of this node's own mesh: through its egress, with its secret."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import requests

PATIENCE: Final = 5.0  # seconds for our own mesh to answer


def ask(data: Path, egress: int, path: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    """What the mesh of the node in `data` answers, its egress being on this loopback port.

    OSError or ValueError, of which are requests' own too, when it does not answer or refuses.
    """
    secret = (data / "egress.secret").read_text(encoding="ascii").strip()
    answer = requests.post(
        f"http://127.0.0.1:{egress}{path}",
        json=dict(wish),
        auth=("mesh", secret),
        timeout=PATIENCE,
    )
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError(path)
    return told


def is_member(data: Path) -> bool:
    """Whether the node in `data` belongs to an estate."""
    return (data / "identity" / "chain.pem").exists()
