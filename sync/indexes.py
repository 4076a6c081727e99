"""Which databases a node has, and the indexes of each: what pages search, they search by these."""

from collections.abc import Mapping, Sequence

INDEXES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "estate": {
        "by-date": ("kind", "at"),
        "by-channel": ("kind", "channel", "at"),
        "by-end": ("kind", "ends"),
    },
    "private": {"by-date": ("kind", "at"), "by-author": ("kind", "by", "at")},
    "estate-media": {},
    "private-media": {},
    "accounts": {},
    "status": {},
    "usage": {},
    "node": {"by-end": ("kind", "ends")},
}
"""Every database of a node, and what it is searched by."""
