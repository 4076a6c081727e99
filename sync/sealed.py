"""A stream closed under a passphrase: nothing of it is seen, missing, moved or changed unnoticed.

Magic, format and salt; what tells a wrong passphrase; then pieces of 64 KiB, each closed by
ChaCha20-Poly1305 (RFC 8439) under its number and whether it is the last: the STREAM of Hoang,
Reyhanitabar, Rogaway and Vizár (2015), so that a file cut at the end of a piece is noticed too.
The key is argon2id's (RFC 9106, the second recommended choice); the format says how.
"""

import hmac
import secrets
import unicodedata
from hashlib import sha256
from typing import BinaryIO, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sync.errors import SyncError

MAGIC: Final = b"residacoeur seal"
FORMAT: Final = 1
PIECE: Final = 64 * 1024

_SALT: Final = 16
_HEAD: Final = len(MAGIC) + 1 + _SALT
_CHECK: Final = 32
_TAG: Final = 16
_NUMBER: Final = 11  # bytes of a nonce, whose twelfth marks the last piece


class NotSealed(SyncError):
    """It is no sealed file."""


class NewerSeal(SyncError):
    """It was sealed by a newer program, in a format not known here."""


class WrongPassphrase(SyncError):
    """The passphrase does not open it; or its first bytes are damaged."""


class Torn(SyncError):
    """Something in it is missing, too much or changed."""


class Writer:
    """Seals what is written to it into ``file``; without :meth:`finish` nobody will open that."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file = file
        self._head = MAGIC + bytes([FORMAT]) + secrets.token_bytes(_SALT)
        self._cipher, check = _keys(self._head, passphrase)
        self._ready = bytearray()
        self._count = 0
        file.write(self._head + check)

    def write(self, content: bytes) -> int:
        """Take ``content``; all of it."""
        self._ready += content
        while len(self._ready) > PIECE:  # the last piece is kept until it is known to be that
            self._close(last=False)
        return len(content)

    def finish(self) -> None:
        """Write the last piece, marked as such."""
        self._close(last=True)

    def _close(self, *, last: bool) -> None:
        piece = bytes(self._ready[:PIECE])
        del self._ready[:PIECE]
        nonce = _nonce(self._count, last=last)
        self._count += 1
        self._file.write(self._cipher.encrypt(nonce, piece, self._head))


class Reader:
    """What was sealed into ``file``, which stands at its start. Raises as :func:`look` does, and
    WrongPassphrase; reading raises Torn, before it gives a byte that is not as it was."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file = file
        self._head = look(file)
        self._cipher, check = _keys(self._head, passphrase)
        if not hmac.compare_digest(check, file.read(_CHECK)):
            raise WrongPassphrase
        self._ready = bytearray()
        self._count = 0
        self._next = file.read(PIECE + _TAG)
        self._over = False

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer only at the end, which was then seen whole."""
        while len(self._ready) < size and not self._over:
            self._ready += self._open()
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def finish(self) -> None:
        """Pass over what is left; Torn unless all of it is there and nothing after it."""
        while self.read(PIECE):
            pass

    def _open(self) -> bytes:
        closed, self._next = self._next, self._file.read(PIECE + _TAG)
        last = not self._next
        try:
            piece = self._cipher.decrypt(_nonce(self._count, last=last), closed, self._head)
        except InvalidTag as error:
            raise Torn(f"piece {self._count}") from error
        self._count += 1
        self._over = last
        return piece


def look(file: BinaryIO) -> bytes:
    """The first bytes, before which no passphrase need be asked. Raises NotSealed, NewerSeal."""
    head = file.read(_HEAD)
    if len(head) < _HEAD or not head.startswith(MAGIC):
        raise NotSealed
    if head[len(MAGIC)] != FORMAT:
        raise NewerSeal
    return head


def _keys(head: bytes, passphrase: str) -> tuple[ChaCha20Poly1305, bytes]:
    """What closes the pieces, and what tells whether the passphrase is right."""
    secret = unicodedata.normalize("NFC", passphrase).encode()  # an é has two ways to be typed
    derived = hash_secret_raw(
        secret,
        salt=head[-_SALT:],
        time_cost=3,
        memory_cost=64 * 1024,
        parallelism=4,
        hash_len=64,
        type=Type.ID,
    )
    return ChaCha20Poly1305(derived[:32]), hmac.digest(derived[32:], head, sha256)


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(_NUMBER, "big") + bytes([last])
