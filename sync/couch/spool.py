"""What a request uploads on its way to the database: in one file, packed as CouchDB packs it."""

import zlib
from hashlib import md5
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import BinaryIO, cast

from sync.couch.document import MAX_ATTACHMENT, Upload
from sync.couch.errors import attachment_too_large, bad_request, content_mismatch, no_room
from sync.couch.gzip import compressible, packer, unpacker

IN_MEMORY = 1024 * 1024
"""Uploads of one request up to so many bytes wait in memory, more of them in a file beside the
database."""
LARGE = 16 * 1024
"""Bytes from which on packing and hashing are done beside the event loop."""

_PIECE = 1024 * 1024


class Spool:
    """The uploads of one request, one after the other in one file, gone with the request."""

    def __init__(self, directory: Path) -> None:
        spooled = SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(directory))  # noqa: SIM115 (self)
        self._file = cast(BinaryIO, spooled)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def intake(self, name: str, content_type: str, packed: bool) -> "Intake":
        """Where the bytes of the next attachment go; `packed`: they are gzip already."""
        return Intake(self._file, name, content_type, packed)


class Intake:
    """One attachment as it comes. What is compressible and not packed yet is packed."""

    def __init__(self, file: BinaryIO, name: str, content_type: str, packed: bool) -> None:
        self._file, self._name, self._content_type = file, name, content_type
        self._start = file.tell()
        self._packer = self._unpacker = None
        if packed:
            self._unpacker = unpacker()
        elif compressible(content_type):
            self._packer = packer()
        self._sent, self._kept = md5(usedforsecurity=False), md5(usedforsecurity=False)
        self.length = 0
        """Bytes that came."""
        self._plain = 0

    def write(self, chunk: bytes) -> None:
        """Raises CouchError 400 (not gzip), 413 (beyond MAX_ATTACHMENT), 507."""
        self.length += len(chunk)
        self._sent.update(chunk)
        self._measure(chunk)
        if max(self.length, self._plain) > MAX_ATTACHMENT:
            raise attachment_too_large(self._name)
        self._keep(self._packer.compress(chunk) if self._packer else chunk)

    def end(self, digest: bytes | None = None, revpos: int | None = None) -> Upload:
        """What came, ready to be stored. `digest` is the MD5 that the sender says it has.

        Raises CouchError 400 when it has another, or is a gzip cut short; 507.
        """
        if self._unpacker and not self._unpacker.eof:
            raise bad_request(f"Attachment {self._name} is not gzip")
        if digest is not None and digest != self._sent.digest():
            raise content_mismatch()
        if self._packer:
            self._keep(self._packer.flush())
        gzip = self._packer is not None or self._unpacker is not None
        return Upload(
            self._content_type,
            self._file,
            self._file.tell() - self._start,
            (self._kept if self._packer else self._sent).digest(),
            revpos,
            self._start,
            self._plain if gzip else None,
        )

    def _keep(self, data: bytes) -> None:
        if self._packer:
            self._kept.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise no_room() from error

    def _measure(self, chunk: bytes) -> None:
        """Count the bytes as they are unpacked, some at a time."""
        if self._unpacker is None:
            self._plain += len(chunk)
            return
        if self._unpacker.eof and chunk:
            raise bad_request(f"Attachment {self._name} is not gzip")
        while chunk and self._plain <= MAX_ATTACHMENT:
            try:
                self._plain += len(self._unpacker.decompress(chunk, _PIECE))
            except zlib.error as error:
                raise bad_request(f"Attachment {self._name} is not gzip") from error
            if self._unpacker.unused_data:
                raise bad_request(f"Attachment {self._name} is not gzip")
            chunk = self._unpacker.unconsumed_tail
