"""The `_users` database: who people are, and their passwords as CouchDB 3.5 keeps them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sync.couch.document import Edit
from sync.couch.errors import forbidden
from sync.couch.wire import Json, dumps

DATABASE = "_users"
PREFIX = "org.couchdb.user:"
PRF = "sha256"
ITERATIONS = 600_000
"""CouchDB's `chttpd_auth/pbkdf2_prf` and `chttpd_auth/iterations`."""
MAX_ITERATIONS = 10_000_000
"""A document may ask for no more: it would keep a thread for seconds."""

_HASHES = {"sha": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384"} | {
    "sha512": "sha512"
}
_HASHED = {"derived_key", "iterations", "password", "password_scheme", "password_sha"} | {
    "preserve_salt",
    "pbkdf2_prf",
    "salt",
}


@dataclass(frozen=True, slots=True)
class User:
    """Who asks. `name` is None for nobody."""

    name: str | None
    roles: tuple[str, ...] = ()

    @property
    def admin(self) -> bool:
        """The server's administrator."""
        return "_admin" in self.roles


NOBODY = User(None)


def prepare(edit: Edit) -> None:
    """Check a document of `_users` as CouchDB's `_design/_auth` does, and hash the password in it
    (couch_users_db:save_doc/1). Takes a quarter of a second. Raises CouchError 403."""
    if edit.id.startswith(("_design/", "_local/")):
        return
    if not edit.deleted:
        _check(edit)
    password = edit.body.get("password")
    if password is None:
        return
    if not isinstance(password, str):
        raise forbidden("doc.password must be a string")
    salt = secrets.token_hex(16)
    key = hashlib.pbkdf2_hmac(PRF, password.encode(), salt.encode(), ITERATIONS).hex()
    hashed = {"password_scheme": "pbkdf2", "pbkdf2_prf": PRF, "salt": salt}
    hashed_with = hashed | {"iterations": ITERATIONS, "derived_key": key}
    rest = {name: value for name, value in edit.body.items() if name not in _HASHED}
    edit.body = {**hashed_with, **rest}
    edit.raw = dumps(edit.body)


def _check(edit: Edit) -> None:
    body = edit.body
    roles = body.get("roles")
    if body.get("type") != "user":
        raise forbidden("doc.type must be user")
    if not body.get("name"):
        raise forbidden("doc.name is required")
    if "roles" not in body:
        raise forbidden("doc.roles must exist")
    if not isinstance(roles, list):
        raise forbidden("doc.roles must be an array")
    if not all(isinstance(role, str) for role in roles):
        raise forbidden("user roles can only contain strings")
    if edit.id != f"{PREFIX}{body['name']}":
        raise forbidden("Doc ID must be of the form org.couchdb.user:name")
    if any(role.startswith("_") for role in roles):
        raise forbidden("No system roles (starting with underscore) in users db.")


def verify(body: dict[str, Json], password: str) -> bool:
    """Whether `password` is the one that a document of `_users` keeps the hash of."""
    salt, key = body.get("salt"), body.get("derived_key")
    if body.get("password_scheme") == "simple":
        key = body.get("password_sha")
    if not isinstance(salt, str) or not isinstance(key, str):
        return False
    expected = key.lower().encode()
    found = _derived(body, password.encode(), salt.encode(), len(expected) // 2)
    return found is not None and hmac.compare_digest(found.encode(), expected)


def _derived(body: dict[str, Json], password: bytes, salt: bytes, length: int) -> str | None:
    """The hash by the scheme that the document names; None for one that is not known."""
    if body.get("password_scheme") == "simple":
        return hashlib.sha1(password + salt, usedforsecurity=False).hexdigest()
    iterations, prf = body.get("iterations"), _HASHES.get(str(body.get("pbkdf2_prf", "sha")))
    known = body.get("password_scheme") == "pbkdf2" and prf is not None and length > 0
    if not known or type(iterations) is not int or not 0 < iterations <= MAX_ITERATIONS:
        return None
    return hashlib.pbkdf2_hmac(str(prf), password, salt, iterations, length).hex()


def roles_of(body: dict[str, Json]) -> tuple[str, ...]:
    """The roles a person has; what begins with an underscore is the server's to give."""
    roles = body.get("roles")
    named = roles if isinstance(roles, list) else []
    return tuple(role for role in named if isinstance(role, str) and not role.startswith("_"))
