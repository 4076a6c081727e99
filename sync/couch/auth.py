"""Who asks: the administrator or a person of `_users`, by basic authentication or by cookie."""

import asyncio
import base64
import binascii
import hmac
import os
import secrets
import time
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from sync.couch.databases import Databases
from sync.couch.errors import BadSecret, unauthorized
from sync.couch.stored import find
from sync.couch.users import DATABASE, NOBODY, PREFIX, User, roles_of, verify
from sync.couch.wire import Json, loads

NAME = "residacoeur"
TIMEOUT = 600
"""Seconds a cookie lives: CouchDB's `chttpd_auth/timeout`."""
MAX_KNOWN = 1000
"""People whose password is remembered as right."""


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


class People:
    """Finds people in `_users`. A password that was right is known again without hashing it, in
    memory alone, for as long as its document stays."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._secret = secrets.token_bytes(32)
        self._known: dict[str, bytes] = {}
        self._one = asyncio.Lock()

    def find(self, name: str) -> dict[str, Json] | None:
        """What `_users` holds of `name`."""
        if not self._databases.exists(DATABASE):
            return None
        doc = self._databases.get(DATABASE).now(lambda c: find(c, PREFIX + name))
        body: dict[str, Json] | None = None
        if doc and not doc.winner.deleted:
            body = loads(doc.winner.body)
        return body

    async def check(self, name: str, password: str) -> User | None:
        """The person of that name and password. One password is hashed at a time: guessing does
        not keep the machine from its work."""
        body = self.find(name)
        if body is None:
            return None
        kept = f"{body.get('salt')}:{body.get('derived_key')}:{password}".encode()
        mark = hmac.digest(self._secret, kept, sha256)
        if not hmac.compare_digest(self._known.get(name, b""), mark):
            async with self._one:
                if not await asyncio.to_thread(verify, body, password):
                    return None
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[name] = mark
        return User(name, roles_of(body))


class Gate:
    """Says who sent a request."""

    def __init__(self, name: str, password: str, people: People) -> None:
        self._admin = User(name, ("_admin",))
        self._people = people
        self._expected = f"{name}:{password}".encode()
        self._key = hmac.digest(self._expected, b"AuthSession", sha256)
        self._basic = b"Basic " + base64.b64encode(self._expected)

    async def user(self, headers: dict[bytes, bytes]) -> User:
        """Who the credentials name; NOBODY without. Raises CouchError 401 for wrong ones."""
        basic = headers.get(b"authorization")
        if basic is None:
            return self._from_cookie(headers.get(b"cookie"))
        if hmac.compare_digest(basic, self._basic):
            return self._admin
        name, colon, password = _spelled(basic).partition(":")
        user = await self.check(name, password) if colon else None
        if user is None:
            raise unauthorized("Name or password is incorrect.")
        return user

    async def check(self, name: str, password: str) -> User | None:
        """Who has this name and password. The administrator goes before a person so called."""
        if hmac.compare_digest(f"{name}:{password}".encode(), self._expected):
            return self._admin
        return None if name == self._admin.name else await self._people.check(name, password)

    def cookie(self, user: User) -> str:
        """A fresh `AuthSession` cookie, as a `Set-Cookie` header says it."""
        stamp = f"{user.name}:{int(time.time()):X}"
        signature = hmac.digest(self._key_of(user.name), stamp.encode(), sha256).hex()
        value = base64.urlsafe_b64encode(f"{stamp}:{signature}".encode()).decode()
        return f"AuthSession={value}; Version=1; Max-Age={TIMEOUT}; Path=/; HttpOnly"

    def _key_of(self, name: str | None) -> bytes:
        """What signs the cookies of `name`: a new password is a new key."""
        if name == self._admin.name:
            return self._key
        body = self._people.find(name or "") or {}
        return hmac.digest(self._key, f"{body.get('salt')}".encode(), sha256)

    def _from_cookie(self, header: bytes | None) -> User:
        value = _cookie_value(header)
        if not value:
            return NOBODY
        try:
            stamp, _, signature = base64.urlsafe_b64decode(value).decode().rpartition(":")
            name, _, begun = stamp.rpartition(":")
            age = time.time() - int(begun, 16)
        except (ValueError, binascii.Error):
            return NOBODY
        expected = hmac.digest(self._key_of(name), stamp.encode(), sha256).hex()
        right = hmac.compare_digest(signature.encode(), expected.encode())
        if not right or not 0 <= age + 1 < TIMEOUT + 1:
            return NOBODY
        if name == self._admin.name:
            return self._admin
        body = self._people.find(name)
        return User(name, roles_of(body)) if body else NOBODY


def _spelled(header: bytes) -> str:
    """Name and password in a basic header, however it is spelled; empty when it is none."""
    kind, _, data = header.partition(b" ")
    try:
        given = base64.b64decode(data.strip(), validate=True).decode()
    except ValueError:
        return ""
    return given if kind.lower() == b"basic" else ""


def _cookie_value(header: bytes | None) -> str | None:
    if not header:
        return None
    try:
        morsel = SimpleCookie(header.decode("latin-1")).get("AuthSession")
    except CookieError:
        return None
    return morsel.value if morsel else None
