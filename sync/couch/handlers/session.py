"""`/_session`: who asks, and the cookie that says so."""

from urllib.parse import parse_qsl

from sync.couch.errors import bad_request, unauthorized
from sync.couch.node import Node
from sync.couch.request import Request
from sync.couch.response import Answer, answer
from sync.couch.wire import Json, loads

MAX_BODY = 64 * 1024


async def get(node: Node, request: Request) -> Answer:
    user = await node.gate.user(request.headers)
    by = "default" if b"authorization" in request.headers else "cookie"
    info: dict[str, Json] = {"authentication_handlers": ["cookie", "default"]}
    if user.name:
        info["authenticated"] = by
    return answer({"ok": True, "userCtx": {"name": user.name, "roles": user.roles}, "info": info})


async def post(node: Node, request: Request) -> Answer:
    given = _credentials(request, await request.body(MAX_BODY))
    name, password = given.get("name", given.get("username")), given.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise bad_request("request body must contain a username and password")
    user = await node.gate.check(name, password)
    if user is None:
        raise unauthorized("Name or password is incorrect.")
    headers = {"Set-Cookie": node.gate.cookie(user)}
    return answer({"ok": True, "name": name, "roles": user.roles}, headers=headers)


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
