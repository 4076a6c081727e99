"""A home computer joins its estate at a kiosk, by the code that the kiosk's screen shows."""

import http.client
import json
import re
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from kiosk import config
from kiosk.errors import KioskError
from kiosk.membership.before import before
from sync.database import Database
from sync.documents.kind import Document
from sync.mesh.identity import identity, joining
from sync.mesh.identity.errors import NotOurs
from sync.mesh.identity.joining import Application, Joined

GATEWAY: Final = 6984
PATIENCE: Final = 10.0  # seconds for a kiosk to answer
LONGEST: Final = 1_000_000  # bytes of an answer that are read
ADDRESS: Final = re.compile(r"(?P<host>[0-9A-Za-z.-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?")

Opening = Callable[[], AbstractContextManager[Database]]


class NotJoined(KioskError):
    """The computer has not joined; ``word`` says why, for whoever puts it in words.

    "member": it is a hall, or the landlord's. "other": it holds the documents of another household,
    or of another estate. "address": no such address. "silent": nobody answers there.
    "code": not the code that is shown. "gone": none is shown there any more. "stranger": who
    answers is not who showed the code.
    """

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def join(data: Path, address: str, code: str, opened: Opening) -> Joined:
    """Make the machine of `data` a home of the estate whose kiosk at `address` shows `code`.

    `opened` gives the node's database; before the code is spent, so that it is not for nothing.
    The identity comes last: whatever breaks off before, one joins anew. A home may join again, as
    when its kiosk was revoked: it keeps its key, its id and all it has. Raises NotJoined.
    """
    was, standing = before(data), identity.read(data)
    if standing and standing.node.role != "home":
        raise NotJoined("member")
    host, port = parse(address)
    with opened() as database:
        application = joining.apply(code, config.read_node(data).name, was.key if was else None)
        joined = ask(application, host, port)
        if was and not was.goes_on_as(joined):
            raise NotJoined("other")
        for document in joined.documents:
            _keep(database, document)
    settle(data, joined, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return joined


def settle(data: Path, joined: Joined, kiosk: str) -> None:
    """Write down who this machine is now, and at which address its kiosk is."""
    household = joined.household or {}
    config.settle(
        data,
        id=identity.check(joined.credentials).node,
        roles=["home"],
        residence=household.get("residence"),
        staircase=household.get("staircase"),
        peers=[kiosk],
    )
    identity.write(data, joined.credentials)


def parse(address: str) -> tuple[str, int]:
    """Host and port of "192.168.1.20:6984" or "[fd00::1]"; NotJoined when it is no address."""
    found = ADDRESS.fullmatch(address.strip())
    port = int(found["port"] or GATEWAY) if found else 0
    if not found or not 0 < port < 65536:
        raise NotJoined("address")
    return found["host"].strip("[]"), port


def ask(application: Application, host: str, port: int) -> Joined:
    """What the kiosk makes of us; its refusals are JSON with an ``error``. Raises NotJoined.

    Whose certificate its server shows nobody can know yet: the code proves it, both ways.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=context)
    try:
        return _ask(application, connection)
    except (OSError, http.client.HTTPException) as error:
        raise NotJoined("silent") from error
    except NotOurs as error:
        raise NotJoined("stranger") from error
    finally:
        connection.close()


def _ask(application: Application, connection: http.client.HTTPSConnection) -> Joined:
    connection.connect()
    leaf: bytes = connection.sock.getpeercert(binary_form=True) or b""
    body = json.dumps(application.request(leaf))
    connection.request("POST", "/join", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = _said(answer.read(LONGEST))
    if answer.status >= 400:
        word = said.get("error")
        raise NotJoined(word if word in ("code", "gone", "other") else "silent")
    return application.accept(said, leaf)


def _said(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except ValueError as error:
        raise NotJoined("stranger") from error
    return said if isinstance(said, dict) else {}


def _keep(database: Database, document: Document) -> None:
    """Write what the kiosk knows of our household over what was known before."""
    there = database.get("accounts", document["_id"])
    database.put("accounts", {**document, **({"_rev": there["_rev"]} if there else {})})
