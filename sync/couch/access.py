"""Who may ask what of the server: CouchDB's rules (chttpd_auth_request), closed by default."""

from sync.couch import security
from sync.couch.errors import CouchError, unauthorized
from sync.couch.names import SYSTEM
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.wire import Json, loads

OPEN = {"_up", "_session"}
_PEOPLES = {"_uuids"}
_ADMINS = {"_purge", "_purged_infos", "_purged_infos_limit"}
_SHAPES = {
    ("_compact", "POST"),
    ("_view_cleanup", "POST"),
    ("_security", "PUT"),
    ("_revs_limit", "PUT"),
    ("_index", "POST"),
    ("_index", "DELETE"),
}
"""What only an administrator of the database may do to it."""


async def admit(node: Node, request: Request) -> None:
    """Find out who asks and whether they may. Raises CouchError 401, 403, 404."""
    request.user = await node.gate.user(request.headers)
    if request.user.admin or not request.path:
        return
    first = request.path[0]
    if first in OPEN or (first in _PEOPLES and request.user.name):
        return
    if first in SYSTEM:
        raise security.refusal(request.user)
    if first.startswith("_"):
        raise _no_admin()
    if request.user.name is None and not node.databases.exists(first):
        raise security.refusal(request.user)
    alone = len(request.path) == 1
    if alone and request.method in ("PUT", "DELETE"):
        raise _no_admin()
    if not alone and request.path[1] in _ADMINS:
        raise _no_admin()
    _admit_to(request, _security(node, request))


def _no_admin() -> CouchError:
    return unauthorized("You are not a server admin.")


def _security(node: Node, request: Request) -> dict[str, Json]:
    stored = node.store(request).meta("security")
    rules: dict[str, Json] = loads(stored) if stored else security.CLOSED
    return rules


def _admit_to(request: Request, rules: dict[str, Json]) -> None:
    if not security.is_member(request.user, rules):
        raise security.refusal(request.user)
    request.shapes = security.is_admin(request.user, rules)
    if request.shapes or len(request.path) < 2:
        return
    if (request.path[1], request.method) in _SHAPES:
        raise unauthorized("You are not a server or db admin.")
    if request.path[1] == "_design" and request.method not in ("GET", "HEAD"):
        raise security.design_refusal()


def guard(request: Request, id: str) -> None:
    """Raises CouchError 403 when the asker may not write a document of this id."""
    if id.startswith("_design/") and not request.shapes:
        raise security.design_refusal()
