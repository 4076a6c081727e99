"""What the screen says when no page can: in French and Arabic, carried by the program itself.

The emergency numbers are free and answer day and night (kiosk/pages/emergency/numbers.py says where
that is written); five of them are enough for a screen that cannot be asked.
"""

from typing import Final, NamedTuple


class Said(NamedTuple):
    """One sentence in both languages."""

    french: str
    arabic: str


class Number(NamedTuple):
    """A telephone number, whose it is, and its picture."""

    digits: str
    who: Said
    picture: str


WAIT: Final = Said("Un instant", "لحظة من فضلكم")
WAIT_MORE: Final = Said("L’écran se prépare.", "الشاشة تُحضَّر.")
STILL: Final = Said("Cet écran ne marche pas", "هذه الشاشة لا تعمل")
STILL_MORE: Final = Said("On réessaie tout seul.", "نعيد المحاولة وحدنا.")
URGENT: Final = Said("En cas d’urgence, appelez", "في حالة الطوارئ اتصلوا")
KEEPER: Final = Said("Gardien", "الحارس")
TELL: Final = Said("Prévenez le gardien.", "أخبروا الحارس.")
NUMBERS: Final = (
    Number("15", Said("Samu", "الإسعاف"), "medical"),
    Number("17", Said("Police", "الشرطة"), "police"),
    Number("18", Said("Pompiers", "رجال الإطفاء"), "fire"),
    Number("112", Said("Toutes les urgences", "كل الطوارئ"), "europe"),
    Number("114", Said("Par SMS, si l’on n’entend pas", "برسالة قصيرة لمن لا يسمع"), "ear"),
)


def aloud(still: bool, keepers: list[str]) -> str:
    """The whole screen as one French text, for who listens to the screen."""
    if not still:
        return f"{WAIT.french}. {WAIT_MORE.french}"
    numbers = ". ".join(f"{number.digits}, {number.who.french}" for number in NUMBERS)
    people = ", ".join(keepers)
    keeper = f"{KEEPER.french}\u00a0: {people}" if people else TELL.french
    return f"{STILL.french}. {STILL_MORE.french} {URGENT.french}\u00a0: {numbers}. {keeper}"
