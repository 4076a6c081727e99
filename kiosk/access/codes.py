"""Access codes: ten random characters and a check character, to be read on paper and typed.

The check character is from the same 32 characters as the code, by Luhn mod N
(https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm): Crockford's own, mod 37, needs five signs that
are on no pad.
"""

from typing import Final

from sync.crockford import ALPHABET as ALPHABET
from sync.crockford import draw
from sync.crockford import normalise as normalise

LENGTH: Final = 10  # times 5 bits: 50
GROUPS: Final = (3, 3, 4, 1)

_BASE: Final = len(ALPHABET)
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}


def new_code() -> str:
    """A fresh code: 11 characters, the last of which checks the others."""
    body = draw(LENGTH)
    return body + check(body)


def check(body: str) -> str:
    """The character that checks ``body``, which holds characters of the alphabet alone.

    Every substitution of one character is noticed, and every exchange of two neighbours but that
    of 0 and Z.
    """
    return ALPHABET[-_sum(body, factor=2) % _BASE]


def _sum(text: str, factor: int) -> int:
    """Luhn's sum from the right, where the last character counts ``factor`` (1 or 2) times."""
    total = 0
    for character in reversed(text):
        carry, rest = divmod(_VALUE[character] * factor, _BASE)
        total += carry + rest
        factor = 3 - factor
    return total


def is_code(code: str) -> bool:
    """Whether ``code``, normalised, has the length of a code and its check character fits."""
    if len(code) != LENGTH + 1 or not _VALUE.keys() >= set(code):
        return False
    return _sum(code, factor=1) % _BASE == 0


def show(code: str) -> str:
    """A code in groups, as it is printed: "K7R 2FM 9TXC B"."""
    groups, start = [], 0
    for size in GROUPS:
        groups.append(code[start : start + size])
        start += size
    return " ".join(groups)
