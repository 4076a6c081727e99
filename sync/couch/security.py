"""`_security`: which of those who ask may read a database, and which may shape it."""

from sync.couch.errors import CouchError, bad_request, forbidden, unauthorized
from sync.couch.users import User
from sync.couch.wire import Json

CLOSED: dict[str, Json] = {"members": {"roles": ["_admin"]}, "admins": {"roles": ["_admin"]}}
"""CouchDB's `couchdb/default_security = admin_only`."""


def is_admin(user: User, security: dict[str, Json]) -> bool:
    """May write design documents and settings."""
    return user.admin or _belongs(user, security.get("admins", {}))


def is_member(user: User, security: dict[str, Json]) -> bool:
    """May read, and write documents. A database without members is everyone's."""
    members = security.get("members", {})
    if is_admin(user, security) or not (members.get("names") or members.get("roles")):
        return True
    return _belongs(user, members)


def _belongs(user: User, group: dict[str, Json]) -> bool:
    named = user.name is not None and user.name in group.get("names", [])
    return named or not set(user.roles).isdisjoint(group.get("roles", []))


def check(value: dict[str, Json]) -> None:
    """Raises CouchError 400 for what is no security object."""
    for part in ("admins", "members"):
        group = value.get(part, {})
        if not isinstance(group, dict):
            raise bad_request(f"{part} must be a JSON object")
        for kind in ("names", "roles"):
            names = group.get(kind, [])
            if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
                raise bad_request(f"{kind} must be a JSON list of strings")


def refusal(user: User) -> CouchError:
    """Of one who is no member."""
    if user.name is None:
        return unauthorized("You are not authorized to access this db.")
    return forbidden("You are not allowed to access this db.")


def design_refusal() -> CouchError:
    """Of one who is no administrator of the database and writes a design document."""
    return forbidden("You are not a db or server admin.")
