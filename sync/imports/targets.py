"""The words by which feeds and calendars say whom an entry concerns, and what it is about."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sync.documents.place import chain
from sync.imports.atlas import Atlas
from sync.imports.errors import ImportRefused, SetAside, quoted

ABOUT: Final[Mapping[str, str]] = {
    "eau": "water",
    "ascenseur": "lift",
    "chauffage": "heating",
    "electricite": "electricity",
    "gaz": "gas",
    "internet": "internet",
    "peinture": "painting",
    "voirie": "roads",
    "menage": "cleaning",
    "nuisibles": "pests",
    "autre": "other",
}
SPEAKERS: Final[Mapping[str, str]] = {
    "gardien": "residence",
    "bailleur": "landlord",
    "mairie": "sector",
    "ville": "commune",
}
"""Who speaks, in the words of a feed and of ``--origin``, and the channel of the documents."""

PLACES: Final[Mapping[str, str]] = {
    "residence": "residence",
    "escalier": "staircase",
    "secteur": "townhall",
}
AUDIENCES: Final = ("public", "residents")


@dataclass(frozen=True)
class Words:
    """What a set of categories says; "" or () where it says nothing."""

    works: bool = False
    what: str = ""
    audience: str = ""
    speaker: str = ""
    to: tuple[str, ...] = ()

    def over(self, wider: "Words") -> "Words":
        """These of an entry over those of its feed: what the entry says itself counts."""
        return Words(
            self.works or wider.works,
            self.what or wider.what,
            self.audience or wider.audience,
            self.speaker or wider.speaker,
            self.to or wider.to,
        )


def read_words(categories: Iterable[str], atlas: Atlas) -> Words:
    """What ``categories`` say. Those we do not know are passed over.

    :class:`SetAside` when one that we know has a value that nobody knows: what might concern one
    staircase is not shown to all.
    """
    works, found = False, dict[str, str]()
    to: list[str] = []
    for category in categories:
        name, _, value = (part.strip() for part in fold(category).partition(":"))
        if name in PLACES:
            to.append(_place(value, PLACES[name], atlas))
        elif name == "quoi":
            found["what"] = _known(ABOUT, value)
        elif name == "origine":
            found["speaker"] = _known(SPEAKERS, value)
        elif name in AUDIENCES and not value:
            found["audience"] = max(name, found.get("audience", name))
        works = works or (name == "travaux" and not value)
    return Words(works, to=narrowest(to, atlas), **found)


def fold(text: str) -> str:
    """``text`` without accents, case and space around it."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold().strip()


def narrowest(slugs: Sequence[str], atlas: Atlas) -> tuple[str, ...]:
    """``slugs`` in order, without those that contain another of them."""
    wider = {outer for slug in slugs for outer in chain(atlas, slug)[1:]}
    return tuple(sorted(set(slugs) - wider))


def asked_for(slug: str, atlas: Atlas) -> tuple[str, ...]:
    """The place named for a whole feed, none for "". Raises ImportRefused for an unknown one."""
    if slug and slug not in atlas:
        raise ImportRefused(f"le lieu {quoted(slug)} n’existe pas.")
    return (slug,) if slug else ()


def _place(slug: str, kind: str, atlas: Atlas) -> str:
    if atlas.get(slug, {}).get("type") != kind:
        raise SetAside(f"lieu inconnu {quoted(slug)}")
    return slug


def _known(words: Mapping[str, str], value: str) -> str:
    if value not in words:
        raise SetAside(f"mot inconnu {quoted(value)}")
    return words[value]
