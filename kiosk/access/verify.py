"""Proving who one is: a code behind a named door, or a card alone."""

import logging
import zlib
from collections.abc import Iterator
from datetime import datetime
from hmac import compare_digest
from threading import Lock
from typing import Final, Literal, NamedTuple

from kiosk.access import cards, codes
from kiosk.access.digests import METHOD, METHODS, Derived, from_card, from_code
from kiosk.access.issue import Issued, issue
from kiosk.access.people import Identity, identity
from kiosk.access.seal import Unopened, Way, unwrap
from kiosk.access.throttle import Throttle
from sync.database import Database
from sync.documents import sound
from sync.documents.account import CARD, VERIFIER
from sync.documents.kind import Document
from sync.documents.merge import newest

log = logging.getLogger(__name__)

STRIPES: Final = 16  # locks shared by all doors, so that strange doors cost no memory


class Entrance(NamedTuple):
    """Who comes in, and the private half of their pair of keys, which opens their drafts.

    ``key`` is None for a code that was issued before there were such pairs.
    """

    who: Identity
    key: bytearray | None


class Refused(NamedTuple):
    """Why nobody was signed in, and in how many seconds a code is judged again.

    "typo": the check character does not fit, nothing was counted. "wrong": judged, and no one's.
    "early": not judged, since the delay after earlier failures still runs.
    """

    wait_seconds: int
    why: Literal["typo", "wrong", "early"]


class Verifier:
    """Codes and cards of one node.

    ``estate_key`` is DIR/estate.key; ``origin`` the node's id, with its incarnation after a dot.
    Safe to share between threads.
    """

    def __init__(self, database: Database, estate_key: bytes, origin: str) -> None:
        self._database = database
        self._key = estate_key
        self._throttle = Throttle(database, origin)
        self._locks = tuple(Lock() for _ in range(STRIPES))

    def issue(self, account: str, person: str, at: datetime, origin: str) -> Issued:
        """Give a person a new code and card: see :func:`kiosk.access.issue.issue`."""
        return issue(self._database, self._key, account, person, at, origin)

    def by_code(self, account: str, typed: str, now: datetime) -> Entrance | Refused:
        """Who of ``account`` has this code.

        A door nobody has a code for, or that does not exist, is answered alike and takes as long:
        the same reads, one hash, one write.
        """
        code = codes.normalise(typed)
        if not codes.is_code(code):
            return Refused(0, "typo")
        # One at a time for a door: guesses side by side would all be judged by the same count.
        with self._locks[zlib.crc32(account.encode()) % STRIPES]:
            return self._judge(account, code, now)

    def _judge(self, account: str, code: str, now: datetime) -> Entrance | Refused:
        failures = self._throttle.failures(account)
        wait = self._throttle.wait(failures, now)
        if wait:
            return Refused(wait, "early")
        for verifier, derived in self._matching(account, code):
            found = self._proven(verifier, "code", derived, now)
            if found is not None:
                self._throttle.clear(failures)
                return found
        return Refused(self._throttle.add(account, failures, now), "wrong")

    def _matching(self, account: str, code: str) -> Iterator[tuple[Document, Derived]]:
        start = VERIFIER.id(account)
        rows = self._database.range("accounts", f"{start}:", f"{start};")
        verifiers = [row for row in sound(rows) if row.get("method") in tuple(METHODS)]
        used = {int(verifier["method"]) for verifier in verifiers} or {METHOD}
        given = {method: from_code(self._key, account, code, method) for method in used}
        for verifier in verifiers:
            if _same(verifier["code"], given[verifier["method"]].digest):
                yield verifier, given[verifier["method"]]

    def by_card(self, scan: str, now: datetime) -> Entrance | None:
        """Whose card was scanned; None for a card that is no longer, or was never, anybody's.

        No failed code slows a card: its secret is beyond guessing.
        """
        card = cards.normalise(scan)
        if card is None:
            return None
        derived = from_card(self._key, card)
        found = self._database.get("accounts", CARD.id(derived.digest))
        claim = next(sound([found], now), None) if found else None
        return self._proven(claim, "card", derived, now) if claim else None

    def _proven(
        self, claim: Document, way: Way, derived: Derived, now: datetime
    ) -> Entrance | None:
        """Who it is, if the newest leaf of their verifier still holds this digest."""
        account, person = claim["account"], claim["person"]
        id = VERIFIER.id(f"{account}:{person}")
        leaves = list(sound(self._database.leaves("accounts", id)))
        verifier = newest(leaves, now) if leaves else None
        if verifier is None or not _same(verifier[way], derived.digest):
            return None
        who = identity(self._database, account, person)
        return Entrance(who, _private(verifier, way, derived.key)) if who else None


def _private(verifier: Document, way: Way, key: bytes) -> bytearray | None:
    """The private half of the person's keys; None, told to the log, where it does not open."""
    if "seal" not in verifier or not key:
        return None
    owner = verifier["_id"].partition(":")[2]
    try:
        return unwrap(verifier["seal"], way, key, owner)
    except Unopened as error:
        log.warning("the keys of %s are set aside: %s", verifier["_id"], error)
        return None


def _same(kept: str, digest: str) -> bool:
    """Compare in constant time; what a peer sent may hold any character."""
    return compare_digest(kept.encode("utf-8", "replace"), digest.encode())
