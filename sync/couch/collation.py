"""CouchDB's order of values as bytes: two keys compare with memcmp as CouchDB compares the values.

null < false < true < numbers < strings < arrays < objects (CouchDB, "View Collation"). Every
encoding ends by itself, so that the keys of several columns can be written one after the other.

Strings: CouchDB asks ICU's root collation. Here it is followed for ASCII and accented Latin
letters (punctuation, then digits, then letters; accents, then case, only break ties); other
scripts come after Latin in code-point order. Different strings never have equal keys.
"""

import struct
import unicodedata
from functools import lru_cache

from sync.couch.wire import Json

_NULL, _FALSE, _TRUE, _NUMBER, _STRING, _ARRAY, _OBJECT = (bytes([i]) for i in range(1, 8))
_END = b"\x00"
AFTER = b"\xff"
"""A byte beyond every column and every id: `key + AFTER` is past all keys that begin with `key`."""

_LEVEL = b"\x01"
_PLAIN = b"\x02"
_SYMBOL, _LETTER = b"\x50", b"\xf0"
_EXACT = 2.0**53

# The root collation of CLDR, ASCII part; control characters are ignored but for white space.
_PUNCTUATION = "\t\n\x0b\x0c\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_DIGITS = "0123456789"
_IGNORED = bytes(i for i in range(128) if i < 32 and chr(i) not in _PUNCTUATION) + b"\x7f"
_LIGATURES = {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d"}


def _weights() -> bytes:
    table = bytearray(256)
    for weight, char in enumerate(_PUNCTUATION, start=3):
        table[ord(char)] = weight
    for weight, char in enumerate(_DIGITS, start=0x60):
        table[ord(char)] = weight
    for weight, char in enumerate("abcdefghijklmnopqrstuvwxyz", start=0x70):
        table[ord(char)] = table[ord(char.upper())] = weight
    return bytes(table)


_PRIMARY = _weights()
_CASE = bytes(3 if 65 <= i <= 90 else 2 for i in range(256))


def key(value: Json) -> bytes:
    """The bytes `value` sorts by. `value` is any JSON value; its depth is bounded by `wire`."""
    if isinstance(value, str):
        return _STRING + _string(value) + _END
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, int | float):
        return _NUMBER + _number(value)
    if isinstance(value, dict):
        return _OBJECT + b"".join(key(k) + key(v) for k, v in value.items()) + _END
    return _ARRAY + b"".join(map(key, value)) + _END


def _number(value: int | float) -> bytes:
    """A double in order; beyond 2**53 what rounding lost follows, so that integers stay exact."""
    try:
        rounded = float(value)
    except OverflowError:
        rounded = float("inf") if value > 0 else float("-inf")
        return _double(rounded) + _double(0.0)
    if abs(rounded) < _EXACT:
        return _double(rounded)
    return _double(rounded) + _double(float(int(value) - int(rounded)))


def _double(value: float) -> bytes:
    bits = int(struct.unpack(">Q", struct.pack(">d", value + 0.0))[0])
    bits = ~bits & 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    return bits.to_bytes(8, "big")


def _string(text: str) -> bytes:
    """Three levels of weights, then the text itself; no byte of it is zero."""
    if text.isascii():
        raw = text.encode()
        plain = raw.translate(None, _IGNORED)
        primary = plain.translate(_PRIMARY)
        accents = b""
        case = b"" if text.islower() else plain.translate(_CASE).rstrip(_PLAIN)
    else:
        primary, accents, case = _levels(text)
        raw = text.encode()
    return primary + _LEVEL + accents + _LEVEL + case + _LEVEL + _escape(raw)


def _levels(text: str) -> tuple[bytes, bytes, bytes]:
    primary, accents, case = bytearray(), bytearray(), bytearray()
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            accents += b"\x03" + _number_of(char)
        else:
            weights = _primary(char)
            primary += weights
            accents += _PLAIN
            case += b"\x03" if char != char.lower() else _PLAIN
    return bytes(primary), bytes(accents).rstrip(_PLAIN), bytes(case).rstrip(_PLAIN)


@lru_cache(maxsize=1024)
def _primary(char: str) -> bytes:
    low = char.lower()
    if low.isascii():
        return low.encode().translate(_PRIMARY, _IGNORED)
    if low in _LIGATURES:
        return _LIGATURES[low].encode().translate(_PRIMARY)
    lead = _SYMBOL if unicodedata.category(char)[0] in "ZPSC" else _LETTER
    return lead + _number_of(low[0])


def _number_of(char: str) -> bytes:
    """A code point in three bytes, none below 2."""
    high, low = divmod(ord(char), 250)
    return bytes([high // 250 + 2, high % 250 + 2, low + 2])


def _escape(raw: bytes) -> bytes:
    return raw.replace(b"\x01", b"\x01\x02").replace(b"\x00", b"\x01\x01")
