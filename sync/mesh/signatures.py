"""This node's own portal has facts signed here: the key that signs stays in this process."""

import logging
from typing import Final

from aiohttp import web

from sync.documents import KINDS
from sync.documents.revocation import REVOCATION
from sync.mesh.errors import Refusal
from sync.mesh.gateway.answers import body, json
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.signing import sign
from sync.mesh.identity.witness import may_say

log = logging.getLogger(__name__)

LARGEST: Final = 64 * 1024
"""Bytes of a document to sign: an emergency for forty places has four thousand."""


class Signatures:
    """Answers `/signatures`, asked through the egress by who has its secret."""

    def __init__(self, identity: Identity, origin: str) -> None:
        self._identity, self._origin = identity, origin

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The document that is sent, signed; Refusal 403 when it is not ours to say."""
        document = await body(request, LARGEST)
        if not self._is_ours(document):
            raise Refusal(403, "forbidden", "not ours to sign")
        log.info("%s is signed", document["_id"])
        return json(sign(document, self._identity), 201)

    def _is_ours(self, document: object) -> bool:
        """Whether it is a sound fact of this node's. A node is revoked where the root is."""
        if not isinstance(document, dict) or document.get("kind") == REVOCATION.name:
            return False
        kind = KINDS.get(str(document.get("kind")))
        sound = kind is not None and kind.is_valid(document)
        ours = sound and document["from"] == self._origin
        return bool(ours and may_say(self._identity.node, document))
