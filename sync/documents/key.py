"""Keys: the last part of a document's id.

What has a natural key derives it (two halls that import one feed make one document); the rest are
ULIDs (https://github.com/ulid/spec). A key is never an order.
"""

import base64
import hashlib
import re
from datetime import datetime

from ulid import ULID

from sync.clock import now

KEY = re.compile(r"[0-9A-Za-z._-]{1,80}")
"""What a key may hold: nothing that an id gives a meaning to (":") and nothing a URL escapes."""

ULID_TEXT = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def fresh() -> str:
    """A key nobody else has: a ULID, 26 characters, of estate time whatever the machine shows."""
    return str(ULID.from_datetime(now()))


def dated(key: str) -> datetime | None:
    """When a key was made, by the last ULID among its parts; None for a key without one."""
    last = next((part for part in reversed(key.split(".")) if ULID_TEXT.fullmatch(part)), None)
    try:
        return ULID.from_str(last).datetime if last else None
    except (ValueError, OverflowError):  # the year 10889
        return None


def daily(at: datetime) -> str:
    """A fresh key that tells the day of ``at`` and not its hour.

    A public fault must not be matched to a private report by the instant in their keys.
    """
    return str(ULID.from_datetime(at.replace(hour=0, minute=0, second=0, microsecond=0)))


def natural(*parts: str, length: int = 20) -> str:
    """The key of what ``parts`` name together: the same on every node, today and in ten years.

    ``length`` base32 characters of SHA-256, 5 bits each; the parts are joined by a character that
    no source holds, so that ("a", "bc") and ("ab", "c") differ.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:length]


def household(residence: str, staircase: str, door: str) -> str:
    """The id of the household behind a door: "h" and ten base32 characters.

    Opaque, since a public "me too" names it, yet the same wherever the door is imported or typed.
    """
    return "h" + natural("household", residence, staircase, door.strip().upper(), length=10)


def person(reference: str) -> str:
    """The id of a person: "p" and twelve base32 characters of the landlord's tenant number."""
    return "p" + natural("person", reference, length=12)


def receipt_number(report_id: str, staircase: str = "") -> str:
    """The number a resident reads or says aloud for a report, as "B 47 21 93".

    The staircase's letter, if any, and six digits drawn from the id: nothing to count, hence
    nothing to agree on between halls that are cut off. Two reports may share one; a desk then
    lists both.
    """
    digits = int.from_bytes(hashlib.sha256(report_id.encode()).digest()[:8]) % 1_000_000
    text = f"{digits:06}"
    return " ".join(filter(None, [staircase, text[:2], text[2:4], text[4:]]))
