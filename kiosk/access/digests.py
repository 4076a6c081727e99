"""What is kept of a code and of a card: digests under the estate's key, which no database holds.

Without the key a stolen database answers no guess at all; with it, each guess costs an argon2id.
Beside its digest each gives a key that wraps (:mod:`kiosk.access.seal`), which is kept nowhere.
"""

import hmac
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final, NamedTuple

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT_BYTES: Final = 16  # RFC 9106 section 3.1
DIGEST_BYTES: Final = 32
KEY_BYTES: Final = 32


class Cost(NamedTuple):
    """Parameters of argon2id: memory in KiB, passes, lanes; and the bytes it gives."""

    memory: int
    passes: int
    lanes: int
    length: int


METHODS: Final = {
    1: Cost(19 * 1024, 2, 1, DIGEST_BYTES),
    2: Cost(19 * 1024, 2, 1, DIGEST_BYTES + KEY_BYTES),
}
"""Ways to digest a code, by the number in a verifier's ``method``. The cost is OWASP's
(https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id). The
second gives 64 bytes at the same cost: one BLAKE2b output (RFC 9106 section 3.3), of which the half
that is kept tells nothing of the other. To raise the cost add one: codes issued from then on use
it, older ones stay readable."""

METHOD: Final = max(METHODS)

_room = BoundedSemaphore(2)  # 19 MiB each: a crowd at the door must not cost the kiosk its memory


class Derived(NamedTuple):
    """What a code or a card gives: the digest, in hex, to be kept; the key, never.

    ``key`` is empty where the method gives none.
    """

    digest: str
    key: bytes


def from_code(key: bytes, account: str, code: str, method: int = METHOD) -> Derived:
    """What a normalised code for ``account`` gives under the estate's ``key``; some 25 ms.

    The salt is the account's, not the person's, so that one digest is compared with all who live
    behind the door. Under the key even one account's salt is unknown to whoever reads the database.
    """
    cost = METHODS[method]
    with _room:
        given = hash_secret_raw(
            secret=_keyed(key, "code", code),
            salt=_keyed(key, "salt", account)[:SALT_BYTES],
            time_cost=cost.passes,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=cost.length,
            type=Type.ID,
        )
    return Derived(given[:DIGEST_BYTES].hex(), given[DIGEST_BYTES:])


def from_card(key: bytes, card: str) -> Derived:
    """What a normalised card gives: its 112 bits need no slow hash.

    The key is HKDF's (RFC 5869) with the estate's key as salt; the digest does not give it.
    """
    derivation = HKDF(SHA256(), KEY_BYTES, salt=key, info=b"residacoeur card seal 1")
    return Derived(card_digest(key, card), derivation.derive(card.encode()))


def code_digest(key: bytes, account: str, code: str, method: int = METHOD) -> str:
    """The digest alone of :func:`from_code`."""
    return from_code(key, account, code, method).digest


def card_digest(key: bytes, card: str) -> str:
    """The digest alone of :func:`from_card`."""
    return _keyed(key, "card", card).hex()


def _keyed(key: bytes, purpose: str, text: str) -> bytes:
    """HMAC-SHA256, with the purpose inside so that no digest stands for another."""
    return hmac.digest(key, f"{purpose}\0{text}".encode(), sha256)
