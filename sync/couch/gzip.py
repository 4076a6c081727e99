"""Which attachments are kept as gzip, and how: as CouchDB does it, so that digests and revision
ids agree (couch_att:is_compressible/1, couch_stream:gzip_init/1)."""

import re
import zlib
from collections.abc import Iterable, Iterator

LEVEL = 8
"""CouchDB's `attachments/compression_level`: the same level makes the same digest."""

_COMPRESSIBLE = re.compile(
    r"\s*(text/.*|application/javascript|application/json|application/xml)(\s*;.*)?\s*",
    re.IGNORECASE | re.DOTALL,
)
_FORMAT = zlib.MAX_WBITS | 16
_PIECE = 256 * 1024


def compressible(content_type: str) -> bool:
    """Whether this type is packed: CouchDB's default `attachments/compressible_types`."""
    return _COMPRESSIBLE.fullmatch(content_type) is not None


def packer() -> "zlib._Compress":
    return zlib.compressobj(LEVEL, zlib.DEFLATED, _FORMAT)


def unpacker() -> "zlib._Decompress":
    return zlib.decompressobj(_FORMAT)


def pack(data: bytes) -> bytes:
    packing = packer()
    return packing.compress(data) + packing.flush()


def unpack(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What `pieces` of a gzip unpack to, some at a time."""
    unpacking = unpacker()
    for piece in pieces:
        while piece:
            if data := unpacking.decompress(piece, _PIECE):
                yield data
            piece = unpacking.unconsumed_tail
