"""New certificates for the keys that a node has, on their way to it; nothing in them is secret."""

from typing import Final

from sync.documents.kind import Kind, text
from sync.documents.merge import newest

RENEWAL: Final = Kind(
    name="renewal",
    database="status",
    fields={"node": text(60, 1), "chain": text(8000, 1)},
    optional={"homes": text(8000)},
    merge=newest,
)
"""The key is the node's id. ``chain`` (PEM): its own; ``homes``: a kiosk's intermediate. Whoever
wrote it, the node takes only what its root has signed, for its own keys, and no shorter."""
