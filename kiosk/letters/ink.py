"""The colours and pictures of the pages, for paper."""

import re
from functools import cache
from typing import Final

from fpdf.svg import SVGObject

from kiosk.drawing import colour, draw, tokens

_HOME: Final = re.compile(r'\[data-residence="([a-z]+)"\]\s*\{ --home: (#[0-9A-Fa-f]{6})')


@cache
def home_colour(emblem: str) -> str:
    """The colour of the residence with this emblem; that of a page without one for any other."""
    return dict(_HOME.findall(tokens())).get(emblem) or colour("home")


@cache
def picture(name: str, size: float, line: str = "", flipped: bool = False) -> SVGObject:
    """A pictogram, ``size`` millimetres wide and high; the rest as for kiosk.drawing.draw."""
    return SVGObject(draw(name, f"{size}mm", line, flipped))
