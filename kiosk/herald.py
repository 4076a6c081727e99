"""What systemd hears of a node that it has started: ready, alive, ending (sd_notify(3)).

Only the standard library: the supervisor uses it. Where no systemd asks, nothing is said.
"""

import os
import socket
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Final

ASKED: Final = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Herald:
    """Speaks to whoever ``environment`` names, and takes it out: children are none of its business.

    ``every``: seconds after which to say again that we live; None where nobody watches.
    """

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        socket_, microseconds, pid = (environment.pop(name, "") for name in ASKED)
        self._address = f"\0{socket_[1:]}" if socket_.startswith("@") else socket_
        watched = self._address and microseconds and pid in ("", str(os.getpid()))
        self.every = int(microseconds) / 2e6 if watched else None
        self._said = -1e9

    def ready(self) -> None:
        """The node answers."""
        self._say("READY=1")

    def beat(self) -> None:
        """We live; said when it is time to say it again."""
        if self.every is not None and time.monotonic() - self._said >= self.every / 2:
            self._said = time.monotonic()
            self._say("WATCHDOG=1")

    def ends(self) -> None:
        """We were told to stop."""
        self._say("STOPPING=1")

    def _say(self, word: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.setblocking(False)
            speaker.sendto(word.encode(), self._address)
