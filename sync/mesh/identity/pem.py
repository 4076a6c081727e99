"""Keys and certificates as text (PEM), and in files that nobody else may read."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from sync.mesh.identity.errors import Unreadable


def write_key(key: Ed25519PrivateKey) -> str:
    """A private key as text (PKCS #8, not encrypted)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_key(text: str) -> Ed25519PrivateKey:
    """The key of such a text. :class:`Unreadable` when it is none."""
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError) as error:
        raise Unreadable("damaged", "not a key") from error  # without its text
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable("damaged", "not an Ed25519 key")
    return key


def write_chain(chain: Sequence[x509.Certificate]) -> str:
    """Certificates as text, one after the other."""
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in chain)


def read_chain(text: str) -> tuple[x509.Certificate, ...]:
    """The certificates of such a text, one at least. :class:`Unreadable` when it holds none."""
    try:
        return tuple(x509.load_pem_x509_certificates(text.encode()))
    except ValueError as error:
        raise Unreadable("damaged", "not certificates") from error


def load(path: Path) -> str:
    """What a file of an identity says; :class:`Unreadable` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Unreadable("missing", str(path)) from error
    except (OSError, ValueError) as error:
        raise Unreadable("damaged", str(path)) from error


def save(path: Path, content: str | bytes) -> None:
    """Put ``content`` in place of a file, whole or not at all, whatever ends us or the power.

    Its folder is made 0700; the file is 0600 before a byte is in it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    raw = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)  # the new name lasts too
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
