"""The invitations that stand on screens: in memory alone, one a visit, gone with it."""

import threading
from datetime import datetime

from kiosk.joining import Invitation


class Shown:
    """Invitations by visit. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Invitation] = {}

    def keep(self, visit: str, invitation: Invitation) -> None:
        """Show this one in a visit, instead of what was shown before."""
        with self._lock:
            self._known[visit] = invitation

    def get(self, visit: str, now: datetime) -> Invitation | None:
        """The invitation of a visit that can still be used at ``now``."""
        with self._lock:
            self._known = {v: i for v, i in self._known.items() if i.until > now}
            return self._known.get(visit)

    def drop(self, visit: str) -> None:
        """Forget what a visit showed."""
        with self._lock:
            self._known.pop(visit, None)
