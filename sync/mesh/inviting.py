"""Homes join here: the code on the kiosk's screen, and the one request that comes with it."""

import logging
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from sync.clock import stamp
from sync.documents.account import HOME
from sync.mesh.errors import Refusal
from sync.mesh.gateway.answers import body, json, refused
from sync.mesh.identity import csr, joining
from sync.mesh.identity.chain import der
from sync.mesh.identity.claims import home_id
from sync.mesh.identity.errors import IdentityError, Refused
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.invitations import LIFE, Invitations
from sync.mesh.local import Local
from sync.mesh.people import register

log = logging.getLogger(__name__)

LARGEST: Final = 16 * 1024
"""Bytes of a request to join: a signed request is half a kilobyte."""


class Inviting:
    """Answers `/invitations`, asked by this node's own portal, and `/join`, asked by anyone."""

    def __init__(
        self, identity: Identity, local: Local, origin: str, port: int, now: Callable[[], datetime]
    ) -> None:
        self._identity, self._local, self._origin = identity, local, origin
        self._port, self._now = port, now
        self._invitations = Invitations()

    async def invite(self, request: web.BaseRequest) -> web.StreamResponse:
        """A code for ``{"household": …}``: ``{"code", "until", "port"}``."""
        asked = await body(request, LARGEST)
        household = asked.get("household") if isinstance(asked, dict) else None
        if not isinstance(household, str) or not self._identity.can_make_homes:
            raise Refusal(404, "not_found", "no homes are made here")
        at = self._now()
        code = self._invitations.issue(household, at)
        return json({"code": code, "until": stamp(at + LIFE), "port": self._port}, 201)

    async def join(self, request: web.BaseRequest, secured: ssl.SSLObject) -> web.StreamResponse:
        """Make a home of whoever knows the code; ``secured`` is their connection."""
        try:
            asked = await body(request, LARGEST)
            return await self._join(asked if isinstance(asked, dict) else {})
        except Refused as why:
            log.info("a computer does not join: %s", why)
            return json({"error": why.word, "reason": str(why)}, 403)
        except IdentityError as why:
            log.info("a computer does not join: %s", why)
            return json({"error": "bad_request", "reason": str(why)}, 400)
        except Refusal as refusal:
            return refused(refusal)

    async def _join(self, asked: dict[str, Any]) -> web.StreamResponse:
        leaf, at = self._leaf(), self._now()
        invitation = joining.take(self._invitations, asked, leaf, at)
        await self._check(home_id(csr.read(asked["csr"]).public), invitation.household)
        documents = await self._documents(invitation.household)
        told = joining.welcome(self._identity, invitation, asked, documents, leaf, at)
        home = await register(self._local, told["chain"], at, self._origin)
        log.info("%s joins", home)
        return json(told)

    async def _check(self, home: str, household: str) -> None:
        """Refused "other": the computer is known, and as that of another household."""
        status, known = await self._local.ask("GET", f"/accounts/{HOME.id(home)}")
        if status == 200 and known.get("household") != household:
            raise Refused("other", home)

    def _leaf(self) -> bytes:
        """Our own certificate, as whoever connects sees it."""
        return der(self._identity.credentials.chain)[0]

    async def _documents(self, household: str) -> list[dict[str, Any]]:
        """Who lives there, and where that is."""
        mine = {"$or": [{"_id": f"household:{household}"}, {"household": household}]}
        wish = {"selector": mine, "limit": 50}
        _, found = await self._local.ask("POST", "/accounts/_find", wish)
        return list(found.get("docs", []))
