"""TLS connections to one node and no other: who answers is known before a word is sent to them."""

import asyncio.sslproto
import ssl
from collections.abc import Callable
from typing import Any, Final

from sync.mesh.identity.chain import Peer, chain_from, peer_of
from sync.mesh.identity.errors import IdentityError
from sync.mesh.identity.identity import Identity

BUFFER: Final = 32 * 1024
"""Bytes that a TLS connection holds to receive: two records (RFC 8446, section 5.1)."""

Met = Callable[[Peer], None]
"""Called with who answers; raises IdentityError when it is not for us to speak to them."""


class NotThem(ssl.SSLError):
    """The other end of a handshake is not whom we wanted; the words say why."""


def spare() -> None:
    """Let TLS connections of this process hold :data:`BUFFER`; asyncio would have each hold 256 KiB
    for as long as it is open, and a kiosk has three hundred feeds that say little."""
    asyncio.sslproto.SSLProtocol.max_size = BUFFER


def meeting(identity: Identity, met: Met) -> ssl.SSLContext:
    """A context for connections whose handshake fails, as :class:`NotThem`, unless ``met`` agrees.

    By ``SSLContext.sslobject_class``: a library that connects for us cannot send first and ask
    afterwards.
    """
    context = identity.client_context()

    class Meeting(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            try:
                met(peer_of(chain_from(self), identity.root))
            except IdentityError as why:
                raise NotThem(str(why)) from why

    context.sslobject_class = Meeting
    return context


def cause(error: BaseException, of: type[Any]) -> Any:
    """The first error of a kind among what led to ``error``; None when there is none."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, of):
        found = getattr(found, "os_error", None) or found.__cause__ or found.__context__
    return found
