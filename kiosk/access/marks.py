"""The mark in a form: whose it is, so that it finds its owner when their visit has ended.

It carries the owner's public key, so that what comes late is sealed at once, whoever is in by then
and whether the database answers or not. HMAC-SHA256 under the portal's key: nobody else makes one.
"""

import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from kiosk.access.seal import Unopened, decode, encode

GOOD: Final = timedelta(days=2)
"""How long a form may lie open, on a computer at home: longer than any visit lasts."""

LONGEST: Final = 2000
"""Characters of a mark; ours have some three hundred."""


class Owner(NamedTuple):
    """Whose form it is, which one, where it is taken up again; ``public`` may be empty."""

    person: str
    form: str
    way: str
    public: bytes


def mark(key: bytes, owner: Owner, now: datetime) -> str:
    """What a form of ``owner`` carries."""
    told = [owner.person, owner.form, owner.way, encode(owner.public), int(now.timestamp())]
    body = encode(json.dumps(told, separators=(",", ":")).encode())
    return f"{body}.{_proof(key, body)}"


def owner_of(key: bytes, word: str, now: datetime) -> Owner | None:
    """Whose form carries this mark; None for none of ours, and for one that is too old."""
    body, _, proof = word[:LONGEST].rpartition(".")
    if not hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(key, body).encode()):
        return None
    try:
        person, form, way, public, drawn = json.loads(decode(body))
        owner = Owner(person, form, way, decode(public))
    except (Unopened, ValueError):  # an older program's
        return None
    return owner if abs(now.timestamp() - drawn) < GOOD.total_seconds() else None


def _proof(key: bytes, body: str) -> str:
    return hmac.digest(key, f"mark\0{body}".encode("utf-8", "replace"), sha256).hex()
