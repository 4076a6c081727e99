"""The colours and pictures of the pages, for what is drawn elsewhere: read from their own files."""

import re
from functools import cache
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parents[1] / "static"
LINE: Final = 2.6  # of a picture's 64, as the pages draw it on a pane

_SYMBOL: Final = re.compile(r'<symbol id="([a-z]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_VARIABLE: Final = re.compile(r"var\(--([a-z-]+)\)")


@cache
def tokens() -> str:
    """The style sheet that names the colours."""
    return (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")


@cache
def colour(name: str) -> str:
    """A colour of the light theme by its name in tokens.css, as "#17222E"."""
    found = re.search(rf"--{name}: (#[0-9A-Fa-f]{{6}});", tokens())
    if found is None:
        raise KeyError(name)
    return found[1]


@cache
def _symbols() -> dict[str, str]:
    text = (STATIC / "pictograms.svg").read_text(encoding="utf-8")
    return dict(_SYMBOL.findall(text))


def has_picture(name: str) -> bool:
    """Whether there is a pictogram of this name."""
    return name in _symbols()


def draw(name: str, size: str = "64", line: str = "", flipped: bool = False) -> str:
    """A pictogram as SVG, ``size`` wide and high.

    ``line``: a colour to draw it in by lines alone, as on a plaque; "" for the pictures' own.
    ``flipped``: seen in a mirror, for those that turn with the direction of writing.
    """

    def filled(variable: re.Match[str]) -> str:
        return "none" if line else colour({"hole": "pane"}.get(variable[1], variable[1]))

    drawing = _VARIABLE.sub(filled, _symbols()[name])
    pen = line or colour("on-pane")
    turned = ' transform="matrix(-1 0 0 1 64 0)"' if flipped else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="{size}"'
        f' height="{size}"><g fill="none" stroke="{pen}" stroke-width="{LINE}"'
        f' stroke-linecap="round" stroke-linejoin="round"{turned}>'
        f"{drawing.replace('currentColor', pen)}</g></svg>"
    )
