"""Signatures as pages ask for them, from this node's mesh."""

import logging
from dataclasses import dataclass
from pathlib import Path

from kiosk.membership.asking import ask
from kiosk.signing import NotSigned
from sync.documents.kind import Document

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pen:
    """Of the node in ``data``, whose mesh has its egress on the loopback port ``egress``."""

    data: Path
    egress: int

    def sign(self, document: Document) -> Document:
        """The document with this node's signature. Raises NotSigned."""
        try:
            return ask(self.data, self.egress, "/signatures", document)
        except (OSError, ValueError) as error:
            log.warning("the mesh does not sign %s: %s", document["_id"], error)
            raise NotSigned(str(document["_id"])) from error
