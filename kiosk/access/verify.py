"""Proving who one is: a code behind a named door, or a card alone."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from threading import Lock
from typing import Final, Literal, NamedTuple

from kiosk.access import cards, codes
from kiosk.access.digests import METHOD, METHODS, card_digest, code_digest
from kiosk.access.issue import Issued, issue
from kiosk.access.people import Identity, identity
from kiosk.access.throttle import Throttle
from sync.database import Database
from sync.documents import sound
from sync.documents.account import CARD, VERIFIER
from sync.documents.kind import Document
from sync.documents.merge import newest

STRIPES: Final = 16  # locks shared by all doors, so that strange doors cost no memory


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

    def by_code(self, account: str, typed: str, now: datetime) -> Identity | Refused:
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

    def _judge(self, account: str, code: str, now: datetime) -> Identity | Refused:
        failures = self._throttle.failures(account)
        wait = self._throttle.wait(failures, now)
        if wait:
            return Refused(wait, "early")
        for verifier in self._matching(account, code):
            found = self._proven(verifier, "code", verifier["code"])
            if found is not None:
                self._throttle.clear(failures)
                return found
        return Refused(self._throttle.add(account, failures, now), "wrong")

    def _matching(self, account: str, code: str) -> Sequence[Document]:
        start = VERIFIER.id(account)
        rows = self._database.range("accounts", f"{start}:", f"{start};")
        verifiers = [row for row in sound(rows) if row.get("method") in tuple(METHODS)]
        used = {int(verifier["method"]) for verifier in verifiers} or {METHOD}
        digests = {method: code_digest(self._key, account, code, method) for method in used}
        return [v for v in verifiers if _same(v["code"], digests[v["method"]])]

    def by_card(self, scan: str, now: datetime) -> Identity | None:
        """Whose card was scanned; None for a card that is no longer, or was never, anybody's.

        No failed code slows a card: its secret is beyond guessing.
        """
        card = cards.normalise(scan)
        if card is None:
            return None
        key = card_digest(self._key, card)
        found = self._database.get("accounts", CARD.id(key))
        claim = next(sound([found], now), None) if found else None
        return self._proven(claim, "card", key) if claim else None

    def _proven(self, claim: Document, field: str, digest: str) -> Identity | None:
        """Who it is, if the newest leaf of their verifier still holds this digest."""
        account, person = claim["account"], claim["person"]
        id = VERIFIER.id(f"{account}:{person}")
        leaves = list(sound(self._database.leaves("accounts", id)))
        if not leaves or not _same(newest(leaves)[field], digest):
            return None
        return identity(self._database, account, person)


def _same(kept: str, digest: str) -> bool:
    """Compare in constant time; what a peer sent may hold any character."""
    return compare_digest(kept.encode("utf-8", "replace"), digest.encode())
