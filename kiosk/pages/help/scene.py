"""A screen as the cards draw it: where each of its parts lies, for a hand that points there."""

from typing import Final, NamedTuple

WIDE: Final = 640
HIGH: Final = 480


class Box(NamedTuple):
    """A part of the drawn screen, in its units; ``x`` from where lines begin."""

    x: int
    y: int
    w: int
    h: int


PARTS: Final = {
    "door": Box(488, 22, 130, 58),
    "today": Box(22, 98, 596, 44),
    "first": Box(22, 154, 596, 52),
    "one": Box(22, 220, 188, 62),
    "two": Box(226, 220, 188, 62),
    "three": Box(430, 220, 188, 62),
    "fourth": Box(22, 296, 188, 62),
    "second": Box(226, 296, 188, 62),
    "third": Box(430, 296, 188, 62),
    "listen": Box(22, 396, 184, 64),
    "size": Box(220, 396, 92, 64),
    "contrast": Box(322, 396, 92, 64),
    "help": Box(424, 396, 92, 64),
    "tongues": Box(526, 396, 92, 64),
}
"""In the order of writing; ``pad`` is a screen of its own."""

LARGER: Final = 1.5
"""How much larger than its neighbours what one touches is drawn."""


def shown(box: Box) -> Box:
    """The part that is touched: larger, and still within the drawn screen."""
    w, h = max(150, round(box.w * LARGER)), max(110, round(box.h * LARGER))
    w = min(w, 300)
    x = min(max(box.x + (box.w - w) // 2, 14), WIDE - w - 14)
    y = min(max(box.y + (box.h - h) // 2, 14), HIGH - h - 14)
    return Box(x, y, w, h)
