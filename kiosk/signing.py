"""Having a fact signed in this node's name: what pages ask of whoever holds the key.

The mesh does; the portal never sees it. On a machine of no estate there is none to sign with
(``Services.pen`` is None).
"""

from typing import Protocol

from kiosk.errors import KioskError
from sync.documents.kind import Document


class NotSigned(KioskError):
    """It is not signed: nobody answers, or it is not this node's to say."""


class Signing(Protocol):
    """Who signs for this node."""

    def sign(self, document: Document) -> Document:
        """The document with this node's signature. Raises NotSigned."""
