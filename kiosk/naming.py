"""Places in the reader's words: what a place is comes translated, its letter as it is painted."""

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from sync.documents.kind import Document

COMMON: Final[dict[str, LazyString]] = {
    "Ascenseur": _l("Ascenseur"),
    "Cave": _l("Cave"),
    "Caves": _l("Caves"),
    "Chaufferie": _l("Chaufferie"),
    "Cour": _l("Cour"),
    "Escalier": _l("Escalier"),
    "Hall": _l("Hall"),
    "Jardin": _l("Jardin"),
    "Laverie": _l("Laverie"),
    "Local poubelles": _l("Local poubelles"),
    "Local vélos": _l("Local vélos"),
    "Loge": _l("Loge"),
    "Parking": _l("Parking"),
}
"""What shared places are called; a name is one of these, with or without a letter after it."""


def short_name(place: Document) -> str:
    """A place by its own name: "Escalier B" in the reader's language, a proper name as it is."""
    name = str(place["name"])
    if place["type"] not in ("staircase", "hall", "shared"):
        return name
    if name in COMMON:
        return str(COMMON[name])
    common, _, letter = name.rpartition(" ")
    return f"{COMMON[common]} {letter}" if common in COMMON else name


def place_name(places: Mapping[str, Document], slug: str) -> str:
    """A place with its residence: "Les Figuiers, Escalier B"; the slug of one we do not know."""
    place = places.get(slug)
    if place is None:
        return slug
    home = residence_of(places, slug)
    if home is None or home is place:
        return short_name(place)
    return listed([str(home["name"]), short_name(place)])


def residence_of(places: Mapping[str, Document], slug: str) -> Document | None:
    """The residence that a place lies in; None outside of residences."""
    place, seen = places.get(slug), set[str]()
    while place is not None and place["type"] != "residence":
        parent = place.get("parent", "")
        place = None if parent in seen else places.get(parent)
        seen.add(parent)
    return place


def names(places: Mapping[str, Document], slugs: Iterable[str]) -> str:
    """Several places in one line."""
    return listed(place_name(places, slug) for slug in slugs)


def listed(items: Iterable[str]) -> str:
    """Several things in one line, with the comma of the reader's script."""
    return str(gettext(", ")).join(items)
