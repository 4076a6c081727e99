"""Cards: a secret in a QR code, typed by a scanner as if by a keyboard.

A scanner sends the keys of the layout it was set to; the host reads them in its own. Between the
US layout and the French one A and Q, Z and W change places, M, the digits and all signs go astray;
in the German one Y and Z do. The letters left are the same key on all three; capitals alone keep
the QR in its compact alphanumeric mode and do not depend on Caps Lock.
"""

import re
import secrets
from io import BytesIO
from typing import Final, Literal

import segno

ALPHABET: Final = "BCDEFGHIJKLNOPRSTUVX"
"""The Latin letters without A Q Z W M Y: 20 letters, 4.32 bits each."""

LENGTH: Final = 26  # letters: 112.4 bits, beyond any search even of a stolen database
PREFIX: Final = "RESI"  # a scan is known as one of ours by it, in whatever field it lands
SIZE: Final = len(PREFIX) + LENGTH

_CARD: Final = re.compile(rf"({PREFIX}[{ALPHABET}]{{{LENGTH}}})[\W_]*\Z")
"""At the end of what was typed, in one piece: a letter lost or one too many makes it no card."""


def new_card() -> str:
    """The text of a fresh card: the prefix and 26 random letters."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise(scan: str) -> str | None:
    """The card in what a scanner typed; None when there is none.

    Caps Lock, the final Enter or tab, and what stood in the field before do not matter. What no
    layout moves cannot be taken for something else: a text gives its own card or none.
    """
    found = _CARD.search(scan[-4 * SIZE :].upper())
    return found[1] if found else None


def picture(card: str, kind: Literal["png", "svg"] = "png", scale: int = 8) -> bytes:
    """A card's QR code with its quiet zone, each module ``scale`` pixels wide.

    Never a Micro QR, which scanners do not read; error correction H, since cards get scratched.
    """
    image = BytesIO()
    segno.make_qr(card, error="h").save(image, kind=kind, scale=scale)
    return image.getvalue()
