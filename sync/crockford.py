"""Characters that can be read aloud, printed and typed without being taken for one another.

Crockford's base32 (https://www.crockford.com/base32.html): no I, L, O, U.
"""

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST: Final = 64  # of what is typed; more is no code and not worth reading

_ALIKE: Final = str.maketrans("ILO", "110")


def draw(length: int) -> str:
    """``length`` random characters, 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise(typed: str) -> str:
    """What was typed, as a code is kept: capitals, no spaces, hyphens or dots; I L are 1, O is 0.

    Full-width letters and the digits of other scripts are read too. What is no code stays none.
    """
    plain = unicodedata.normalize("NFKC", typed[:LONGEST]).upper()
    digits = (str(unicodedata.digit(character, character)) for character in plain)
    return "".join(c for c in "".join(digits) if c.isalnum()).translate(_ALIKE)
