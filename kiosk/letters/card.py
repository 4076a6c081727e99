"""The card to cut out: as large as a bank card, its QR read by a scanner or a camera."""

from typing import Final

import segno

from kiosk.drawing import colour, has_picture
from kiosk.letters.addressees import Addressee
from kiosk.letters.ink import home_colour
from kiosk.letters.sheet import Area
from kiosk.letters.words import say

WIDTH, HEIGHT = 85.6, 53.98  # ISO/IEC 7810, ID-1
MODULE: Final = 0.98  # millimetres; scanners read from 0.33 on, a worn camera wants more
QUIET: Final = 4  # modules left white around a QR (ISO/IEC 18004)
OVERLAP: Final = 0.03  # rows touch, so that no hairline shows between them


def draw(area: Area, to: Addressee, card: str) -> None:
    """Draw the card of ``to`` at the area's corner."""
    home = home_colour(to.emblem)
    area.box(0, 0, WIDTH, HEIGHT, fill=colour("raised"), round=3.2)
    area.box(0, 0, WIDTH, 14, fill=home, round=3.2)
    area.box(0, 8, WIDTH, 6.0, fill=home)
    if has_picture(to.emblem):
        area.picture(to.emblem, 4, 2.4, 9.2, line=colour("on-home"))
        area.say(to.residence, 15, 0, 44, 13, colour("on-home"), bold=True, most=2, tall=14)
    else:
        landlord = say("landlord", to.language)
        area.say(landlord, 5, 0, 54, 12, colour("on-home"), bold=True, most=1, tall=14)
    area.say("Résidacœur", 58, 0, 23.6, 9.5, colour("on-home"), align="end", tall=14)
    _qr(area, card)
    words = area.part(44.5, 18, 37)
    below = words.say(to.name, 0, 0, 37, 13, colour("ink"), bold=True, most=3)
    words.box(0, below + 1.6, 9, 0.9, fill=home)
    words.say(say("found", to.language), 0, 22, 37, 9, colour("soft"), most=3)


def _qr(area: Area, card: str) -> None:
    """The same code as :func:`kiosk.access.cards.picture` draws, in ink on white."""
    rows = segno.make_qr(card, error="h").matrix
    side = (len(rows) + 2 * QUIET) * MODULE
    area.box(3.4, 15.9, side, side, fill="#FFFFFF", round=1.2)
    left, top = area.left(3.4, side) + QUIET * MODULE, area.top(15.9) + QUIET * MODULE
    area.sheet.set_fill_color("#000000")
    for number, row in enumerate(rows):
        for start, length in _runs(row):
            x, y = left + start * MODULE, top + number * MODULE
            area.sheet.rect(x, y, length * MODULE, MODULE + OVERLAP, style="F")


def _runs(row: bytes | bytearray) -> list[tuple[int, int]]:
    """Where dark modules stand side by side in a row: (start, length)."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
