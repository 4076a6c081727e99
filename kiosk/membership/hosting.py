"""Joining as the pages ask for it: codes from this node's mesh, and this computer's own way in."""

import logging
import os
import signal
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk import config
from kiosk.errors import KioskError
from kiosk.joining import Invitation, NotJoined, Reason
from kiosk.membership import joining
from kiosk.membership.asking import ask, is_member
from sync.clock import instant
from sync.database import Database
from sync.mesh.discovery import addresses
from sync.reach import Lookout

log = logging.getLogger(__name__)

SOON: Final = 1.5  # seconds in which the page that says it worked is sent

REASONS: Final[dict[str, Reason]] = {
    "code": "code",
    "gone": "over",
    "silent": "silent",
    "address": "silent",
    "stranger": "stranger",
    "other": "other",
}


@dataclass(frozen=True)
class Hosting:
    """Of the node in ``data``, whose mesh has its egress on the loopback port ``egress``."""

    data: Path
    egress: int
    database: Database = field(repr=False)
    lookout: Lookout = field(repr=False)

    @property
    def is_free(self) -> bool:
        """Whether this computer may join: it belongs to no estate yet, or it is a home that no hall
        lets in any more, or none answers."""
        if not self.is_member:
            return True
        return "home" in config.read_node(self.data).roles and self._is_alone()

    @property
    def is_member(self) -> bool:
        """Whether this machine belongs to an estate."""
        return is_member(self.data)

    def _is_alone(self) -> bool:
        reach = self.lookout.reach()
        return reach is not None and reach.alone is not None and reach.alone.up

    def invite(self, household: str) -> Invitation:
        """A fresh invitation for one more computer of a household. Raises NotJoined."""
        try:
            told = ask(self.data, self.egress, "/invitations", {"household": household})
            until: datetime = instant(told["until"])
            place = f"{addresses()[0]}:{told['port']}"
            return Invitation(str(told["code"]), until, place)
        except (OSError, ValueError, KeyError) as error:  # of requests' own, each is one of these
            log.warning("the mesh makes no invitation: %s", error)
            raise NotJoined("failed") from error

    def join(self, address: str, code: str) -> None:
        """Join the estate of the hall at ``address`` with its ``code``. Raises NotJoined.

        This process then ends, once the page is sent: it begins again as who it is now.
        """
        try:
            joining.join(self.data, address, code, lambda: nullcontext(self.database))
        except joining.NotJoined as refused:
            raise NotJoined(REASONS.get(refused.word, "failed")) from refused
        except KioskError as error:
            raise NotJoined("failed") from error
        threading.Timer(SOON, os.kill, (os.getpid(), signal.SIGTERM)).start()
