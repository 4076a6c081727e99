"""`/_session`: who asks, and the cookie that says so."""

from urllib.parse import parse_qsl

from sync.couch.errors import bad_request, unauthorized
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.wire import Json, loads

MAX_BODY = 64 * 1024


async def get(node: Node, request: Request) -> Answer:
    name = node.gate.user(request.headers)
    by = "default" if b"authorization" in request.headers else "cookie"
    info: dict[str, Json] = {"authentication_handlers": ["cookie", "default"]}
    if name:
        info["authenticated"] = by
    return answer({"ok": True, "userCtx": _context(name), "info": info})


async def post(node: Node, request: Request) -> Answer:
    given = _credentials(request, await request.body(MAX_BODY))
    name, password = given.get("name", given.get("username")), given.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise bad_request("request body must contain a username and password")
    if not node.gate.knows(name, password):
        raise unauthorized("Name or password is incorrect.")
    headers = {"Set-Cookie": node.gate.cookie()}
    return answer({"ok": True, "name": name, "roles": ["_admin"]}, headers=headers)


async def delete(node: Node, request: Request) -> Answer:
    headers = {"Set-Cookie": "AuthSession=; Version=1; Max-Age=0; Path=/; HttpOnly"}
    return answer({"ok": True}, headers=headers)


def _credentials(request: Request, body: bytes) -> dict[str, Json]:
    if request.kind == "application/json":
        value = loads(body)
        return value if isinstance(value, dict) else {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except ValueError as error:
        raise bad_request("the form is not UTF-8") from error


def _context(name: str | None) -> dict[str, Json]:
    return {"name": name, "roles": ["_admin"] if name else []}
