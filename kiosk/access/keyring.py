"""The keys of those who are in: in memory alone, and no longer than their visit."""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

from kiosk.access.seal import Unopened, decode, disclose, encode, public_half
from sync.database import Database
from sync.documents.account import VERIFIER
from sync.errors import SyncError

log = logging.getLogger(__name__)

MOST: Final = 1000
"""Visits at once, as :data:`kiosk.visits.MOST`; the one that came longest ago makes room."""


@dataclass(frozen=True)
class _Pair:
    """``private`` is None where only the other half is known: the portal was restarted meanwhile,
    or the person's code is from before there were such keys (then ``public`` is empty)."""

    public: bytes
    private: bytearray | None

    def forget(self) -> None:
        """Overwrite the private half; copies that Python or OpenSSL made are out of our reach."""
        if self.private is not None:
            self.private[:] = bytes(len(self.private))


class Keyring:
    """The keys of each visit, by its token. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._pairs: OrderedDict[str, _Pair] = OrderedDict()

    def hold(self, visit: str, private: bytearray | None) -> None:
        """Keep the private half of who comes in for this visit; None when they have none.

        It is overwritten in the end: nobody else may hold on to it.
        """
        public = public_half(private) if private else b""
        self._keep(visit, _Pair(public, private))

    def drop(self, visit: str) -> None:
        """Forget the keys of a visit."""
        with self._lock:
            pair = self._pairs.pop(visit, None)
            if pair:
                pair.forget()

    def opens(self, visit: str) -> bool:
        """Whether what is sealed for the person of this visit can be opened in it."""
        with self._lock:
            pair = self._pairs.get(visit)
        return pair is not None and pair.private is not None

    def own(self, visit: str) -> str:
        """The public key of who is in, as documents name it; "" when it is not known here."""
        with self._lock:
            pair = self._pairs.get(visit)
        return encode(pair.public) if pair else ""

    def public(self, visit: str, account: str, person: str) -> bytes:
        """The public key of who is in; empty when they have none, or it cannot be read now."""
        with self._lock:
            pair = self._pairs.get(visit)
        if pair is None:
            pair = self._find(account, person)
            if pair is None:
                return b""
            with self._lock:  # who has come in meanwhile brought both halves
                pair = self._pairs.setdefault(visit, pair)
                self._make_room()
        return pair.public

    def disclose(self, visit: str, sealed: bytes, about: str) -> bytes:
        """What was sealed for the person of this visit; Unopened when it does not open."""
        with self._lock:
            pair = self._pairs.get(visit)
            if pair is None or pair.private is None:
                raise Unopened("the key is not here")
            return disclose(pair.private, sealed, about)

    def _find(self, account: str, person: str) -> _Pair | None:
        try:
            found = self._database.get("accounts", VERIFIER.id(f"{account}:{person}"))
        except SyncError as error:
            log.info("whether someone has keys cannot be said now: %s", error)
            return None
        if found is None or not VERIFIER.is_valid(found) or "seal" not in found:
            return _Pair(b"", None)
        try:
            return _Pair(decode(found["seal"]["public"]), None)
        except Unopened:
            return _Pair(b"", None)

    def _keep(self, visit: str, pair: _Pair) -> None:
        with self._lock:
            elder = self._pairs.pop(visit, None)
            if elder:
                elder.forget()
            self._pairs[visit] = pair
            self._make_room()

    def _make_room(self) -> None:
        while len(self._pairs) > MOST:
            self._pairs.popitem(last=False)[1].forget()
