"""Codes with which a home computer joins: shown on a kiosk for five minutes, for three tries.

Only the mesh process that showed a code takes it; they are kept in memory alone.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from sync.crockford import draw, normalise
from sync.mesh.identity.errors import Refused

LENGTH: Final = 10  # characters of 5 bits
LIFE: Final = timedelta(minutes=5)
TRIES: Final = 3
MOST: Final = 20
"""Codes at once; the eldest makes room."""


@dataclass
class Invitation:
    """A code that was shown: for which household, until when, and how often it may yet be tried."""

    household: str
    key: bytes = field(repr=False)
    shown: datetime
    tries: int = TRIES

    def stands(self, at: datetime) -> bool:
        """Whether it may still be used at ``at``; a clock that was set back ends it."""
        return self.tries > 0 and self.shown <= at < self.shown + LIFE


class Invitations:
    """The codes that this kiosk shows."""

    def __init__(self) -> None:
        self._shown: list[Invitation] = []

    def issue(self, household: str, at: datetime) -> str:
        """A new code for a computer of ``household``; the one it had before is gone."""
        code = draw(LENGTH)
        others = [each for each in self._standing(at) if each.household != household]
        self._shown = [*others[1 - MOST :], Invitation(household, key_of(code), at)]
        return code

    def take(self, csr: str, mac: bytes, leaf: bytes, at: datetime) -> Invitation:
        """The invitation whose code stands behind a request; it is then used up.

        :class:`Refused` "code" for a wrong one, which costs each code that is shown a try, since
        nobody knows which was meant; "gone" when none is shown any more.
        """
        self._shown = self._standing(at)
        if not self._shown:
            raise Refused("gone")
        for each in self._shown:
            if hmac.compare_digest(mac, request_mac(each.key, csr, leaf)):
                self._shown.remove(each)
                return each
        for each in self._shown:
            each.tries -= 1
        raise Refused("code")

    def _standing(self, at: datetime) -> list[Invitation]:
        return [each for each in self._shown if each.stands(at)]


def key_of(code: str) -> bytes:
    """The key that a code gives, however it was typed; some 25 ms (argon2id, RFC 9106).

    So slow that who has listened to a request cannot try all codes within their five minutes, nor
    within years. Salt is of no use: each code is drawn once.
    """
    return hash_secret_raw(
        normalise(code).encode(),
        b"residacoeur join",
        time_cost=2,
        memory_cost=19 * 1024,  # KiB
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )


def request_mac(key: bytes, csr: str, leaf: bytes) -> bytes:
    """What proves, beside a request, that its sender knows the code and speaks to ``leaf``.

    ``leaf``: the server's certificate in DER as its client saw it. Whoever stands in between
    shows another.
    """
    return _mac(key, b"request", csr.encode(), leaf)


def answer_mac(key: bytes, answer: bytes, leaf: bytes) -> bytes:
    """The like beside an answer."""
    return _mac(key, b"answer", answer, leaf)


def _mac(key: bytes, what: bytes, said: bytes, leaf: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104); all but ``said`` has a length of its own, so that none runs over."""
    whole = what + b"\n" + said + sha256(leaf).digest()
    return hmac.digest(key, whole, "sha256")
