"""A report in the making: what the steps of the form carry, and what it must hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sync.album import MOST
from sync.clock import ESTATE
from sync.documents.category import CATEGORIES, SIGNS
from sync.documents.key import daily, fresh
from sync.documents.kind import Document

FLAT: Final = "flat"
"""Stands for the place when it is one's own home."""

LONGEST: Final = 1000
"""Characters of words: some two minutes of reading aloud."""

ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
"""https://github.com/ulid/spec: Crockford's base32, 128 bits."""

FAULT_KEY: Final = re.compile(r"[0-9A-Za-z]{1,40}")
UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters that no keyboard types; marks of direction are words of a language."""


@dataclass(frozen=True)
class Draft:
    """A report as far as it is told. "" and () stand for what is not told yet.

    ``key`` is the report's and ``fault`` that of its public part, new or joined: both are in the
    form from the moment it is drawn. They are drawn apart, so that one does not tell the other.
    """

    what: str = ""
    place: str = ""
    key: str = ""
    fault: str = ""
    photos: int = 0
    signs: tuple[str, ...] = ()
    words: str = ""

    @property
    def flat(self) -> bool:
        """Whether it is in one's own home."""
        return self.place == FLAT

    @property
    def query(self) -> dict[str, str]:
        """What an address may carry of it: never the words."""
        values = {
            "what": self.what,
            "place": self.place,
            "key": self.key,
            "fault": "" if self.flat else self.fault,
            "photos": str(self.photos or ""),
        }
        return {name: value for name, value in values.items() if value}

    @property
    def too_long(self) -> bool:
        """Whether the words are more than a report holds."""
        return len(self.words) > LONGEST


def read(
    fields: Mapping[str, str],
    signs: Sequence[str],
    places: Mapping[str, Document],
    now: datetime,
) -> Draft:
    """The draft that an address or a form carries.

    What is not one of ours is taken for not told; keys that are missing are drawn here.
    """
    what = fields.get("what", "")
    place = fields.get("place", "")
    key, fault = fields.get("key", ""), fields.get("fault", "")
    photos = fields.get("photos", "")
    return Draft(
        what=what if what in CATEGORIES else "",
        place=place if place == FLAT or place in places else "",
        key=key if ULID.fullmatch(key) else fresh(),
        fault=fault if FAULT_KEY.fullmatch(fault) else daily(now.astimezone(ESTATE)),
        photos=min(int(photos), MOST) if photos.isdecimal() and len(photos) < 3 else 0,
        signs=tuple(sign for sign in SIGNS.get(what, ()) if sign in signs),
        words=plain(fields.get("words", "")),
    )


def plain(words: str) -> str:
    """Words as they are kept: lines end alike, nothing unseen, nothing around them."""
    return UNSEEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def again(draft: Draft) -> Draft:
    """The same draft as another report: under a new key, without the photos of the first."""
    return replace(draft, key=fresh(), photos=0)
