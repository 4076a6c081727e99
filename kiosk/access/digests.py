"""What is kept of a code and of a card: digests under the estate's key, which no database holds.

Without the key a stolen database answers no guess at all; with it, each guess costs an argon2id.
"""

import hmac
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final, NamedTuple

from argon2.low_level import Type, hash_secret_raw

SALT_BYTES: Final = 16  # RFC 9106 section 3.1
DIGEST_BYTES: Final = 32


class Cost(NamedTuple):
    """Parameters of argon2id: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


METHODS: Final = {1: Cost(19 * 1024, 2, 1)}
"""Ways to digest a code, by the number in a verifier's ``method``. The first is OWASP's
(https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id). To
raise the cost add one: codes issued from then on use it, older ones stay readable."""

METHOD: Final = max(METHODS)

_room = BoundedSemaphore(2)  # 19 MiB each: a crowd at the door must not cost the kiosk its memory


def code_digest(key: bytes, account: str, code: str, method: int = METHOD) -> str:
    """The digest, in hex, of a normalised code given for ``account``; takes some 25 ms.

    The salt is the account's, not the person's, so that one digest is compared with all who live
    behind the door. Under the key even one account's salt is unknown to whoever reads the database.
    """
    cost = METHODS[method]
    with _room:
        digest = hash_secret_raw(
            secret=_keyed(key, "code", code),
            salt=_keyed(key, "salt", account)[:SALT_BYTES],
            time_cost=cost.passes,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=DIGEST_BYTES,
            type=Type.ID,
        )
    return digest.hex()


def card_digest(key: bytes, card: str) -> str:
    """The digest, in hex, of a normalised card: its 112 bits need no slow hash."""
    return _keyed(key, "card", card).hex()


def _keyed(key: bytes, purpose: str, text: str) -> bytes:
    """HMAC-SHA256, with the purpose inside so that no digest stands for another."""
    return hmac.digest(key, f"{purpose}\0{text}".encode(), sha256)
