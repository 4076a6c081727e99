"""What a signed fact carries beside what it says; who may sign what, its readers judge."""

from typing import Final

from sync.documents.kind import BASE64URL, Schema, listing, record, text

SIGNED: Final[Schema] = record(chain=listing(text(4000, 1), 2), signature=BASE64URL)
"""``chain``: the signer's certificates (PEM), its own first; ``signature`` as base64url."""
