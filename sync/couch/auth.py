"""Who may ask: the one administrator, by basic authentication or by cookie."""

import base64
import binascii
import hmac
import os
import secrets
import time
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from sync.couch.errors import BadSecret, unauthorized

NAME = "residacoeur"
TIMEOUT = 600
"""Seconds a cookie lives: CouchDB's `chttpd_auth/timeout`."""


def admin_secret(dir: Path) -> tuple[str, str]:
    """Name and password of the administrator of the data directory `dir`.

    They stand in `dir/couch.secret` as `NAME:PASSWORD`, mode 0600; the file, with a password of
    192 random bits, is made when it is not there: whole or not at all, the first of several
    processes winning. Raises BadSecret when the file holds something else.
    """
    path = dir / "couch.secret"
    if not path.exists():
        dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, f"{NAME}:{secrets.token_urlsafe(24)}\n".encode())
    name, colon, password = path.read_text(encoding="utf-8").strip().partition(":")
    if not (name and colon and password):
        raise BadSecret(f"{path} does not hold NAME:PASSWORD")
    return name, password


def _write_once(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


class Gate:
    """Knows the administrator; says who sent a request."""

    def __init__(self, name: str, password: str) -> None:
        self._name = name
        self._expected = f"{name}:{password}".encode()
        self._key = hmac.digest(self._expected, b"AuthSession", sha256)
        self._basic = b"Basic " + base64.b64encode(self._expected)

    def user(self, headers: dict[bytes, bytes]) -> str | None:
        """The administrator's name when the request is theirs; None without credentials.

        Raises CouchError 401 for wrong ones.
        """
        basic = headers.get(b"authorization")
        if basic is not None:
            if not hmac.compare_digest(basic, self._basic) and not self._spelled(basic):
                raise unauthorized("Name or password is incorrect.")
            return self._name
        return self._from_cookie(headers.get(b"cookie"))

    def knows(self, name: str, password: str) -> bool:
        return hmac.compare_digest(f"{name}:{password}".encode(), self._expected)

    def cookie(self) -> str:
        """A fresh `AuthSession` cookie, as a `Set-Cookie` header says it."""
        stamp = f"{self._name}:{int(time.time()):X}"
        value = base64.urlsafe_b64encode(f"{stamp}:{self._sign(stamp)}".encode()).decode()
        return f"AuthSession={value}; Version=1; Max-Age={TIMEOUT}; Path=/; HttpOnly"

    def _spelled(self, header: bytes) -> bool:
        """The same credentials with another spelling of `Basic` or of base64."""
        kind, _, data = header.partition(b" ")
        try:
            given = base64.b64decode(data.strip(), validate=True)
        except binascii.Error:
            return False
        return kind.lower() == b"basic" and hmac.compare_digest(given, self._expected)

    def _from_cookie(self, header: bytes | None) -> str | None:
        value = _cookie_value(header)
        if not value:
            return None
        try:
            stamp, _, signature = base64.urlsafe_b64decode(value).decode().rpartition(":")
            age = time.time() - int(stamp.rpartition(":")[2], 16)
        except (ValueError, binascii.Error):
            return None
        right = hmac.compare_digest(signature.encode(), self._sign(stamp).encode())
        return self._name if right and 0 <= age + 1 < TIMEOUT + 1 else None

    def _sign(self, stamp: str) -> str:
        return hmac.digest(self._key, stamp.encode(), sha256).hex()


def _cookie_value(header: bytes | None) -> str | None:
    if not header:
        return None
    try:
        morsel = SimpleCookie(header.decode("latin-1")).get("AuthSession")
    except CookieError:
        return None
    return morsel.value if morsel else None
