"""Lists that do not fit a screen: "Avant" and "Suite", never a scroll without end."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Request

from kiosk.config import Mode

ROOM: Final[dict[Mode, int]] = {"kiosk": 5, "home": 5, "tv": 4}
"""How many notices stand on one screen."""

FEWER: Final = {"normal": 0, "large": 1, "huge": 3}
"""How many fewer when everything is larger."""


@dataclass(frozen=True)
class Pager:
    """Where one is in a list: how many to skip, how many to show, and the ways on and back."""

    skip: int
    limit: int
    previous: str
    next: str


def room(mode: Mode, size: str) -> int:
    """How many items one screen holds."""
    return max(2, ROOM[mode] - FEWER[size])


def begin(request: Request, limit: int) -> int:
    """How many items the asked page skips; what is not a page number is the first page."""
    page = request.args.get("n", "0")
    return int(page) * limit if page.isdecimal() and len(page) < 5 else 0


def pager(request: Request, skip: int, limit: int, *, more: bool) -> Pager:
    """The pager of the page that skips ``skip``; ``more``: whether items follow it."""
    number = skip // limit
    return Pager(
        skip=skip,
        limit=limit,
        previous=_url(request, number - 1) if number else "",
        next=_url(request, number + 1) if more else "",
    )


def _url(request: Request, number: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "n"}
    query = urlencode({**kept, "n": number} if number else kept)
    return f"{request.path}?{query}" if query else request.path
