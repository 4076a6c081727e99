"""Which addresses that a request names lead to a page of this portal, and to no other site."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

OURS: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""A path with or without a query.

"//host" and "/\\host" name another site; browsers drop tabs and line ends from what they follow
(URL Standard, 4.4), so that a path with one could become such a name.
"""


def local(page: str, otherwise: str = "/") -> str:
    """``page`` when it is a path of this portal, else ``otherwise``."""
    return page if OURS.fullmatch(page) else otherwise


def before(page: str, area: str) -> str:
    """``page``, or the one that it names as its own ``page`` where it lies in ``area`` ("/help").

    "/" for none of ours, and for what again lies in the area.
    """
    for _ in range(2):
        parts = urlsplit(local(page))
        if parts.path != area and not parts.path.startswith(f"{area}/"):
            return local(page)
        page = parse_qs(parts.query).get("page", ["/"])[0]
    return "/"
