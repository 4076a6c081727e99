"""Where a trouble can be: the shared places that go with it, near the person first. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sync.documents.kind import Document
from sync.documents.place import chain

Places = Mapping[str, Document]

ENDINGS: Final = {
    "ascenseur": "lift",
    "caves": "cellar",
    "poubelles": "bins",
    "cour": "yard",
    "parking": "parking",
    "laverie": "laundry",
}
"""What a shared place is, by the last part of its slug; another one is just "shared"."""

ORDER: Final = (
    "hall",
    "stairs",
    "lift",
    "cellar",
    "yard",
    "bins",
    "parking",
    "laundry",
    "shared",
)
PICTOS: Final = {kind: kind for kind in ORDER} | {
    "cellar": "door",
    "laundry": "washer",
    "shared": "pin",
}

SPOTS: Final[Mapping[str, Sequence[str]]] = {
    "lift": ("lift",),
    "water": ("hall", "stairs", "cellar", "yard", "laundry", "shared"),
    "light": ORDER,
    "door": ("hall", "cellar", "bins", "parking", "laundry", "shared"),
    "heating": ("hall", "stairs", "laundry", "shared"),
    "toilet": ("hall", "laundry", "shared"),
    "stairs": ("stairs",),
    "window": ("hall", "stairs", "laundry", "shared"),
    "bins": ("bins", "hall", "yard"),
    "pests": ("hall", "stairs", "cellar", "yard", "bins", "parking", "laundry", "shared"),
    "noise": ("hall", "stairs", "yard", "parking"),
    "other": ORDER,
}

SHARED_ONLY: Final = frozenset({"lift", "stairs", "bins", "door"})
"""What is never in one's own home."""


@dataclass(frozen=True)
class Spot:
    """A place to choose: its slug and picture; ``into``: it is not it yet, but within it."""

    slug: str
    picto: str
    name: str
    into: bool = False


def kind_of(slug: str, place: Document) -> str:
    """What a place is for this page: "stairs", "hall", or a shared place by its slug."""
    if place["type"] in ("staircase", "hall"):
        return "stairs" if place["type"] == "staircase" else "hall"
    return ENDINGS.get(slug.rpartition("-")[2], "shared")


def is_spot(places: Places, slug: str) -> bool:
    """Whether a fault can be there: in a residence, or in a part of one."""
    kind = places[slug]["type"] if slug in places else ""
    return kind in ("residence", "staircase", "hall", "shared")


def within(places: Places, slug: str, *types: str) -> list[str]:
    """What lies directly in a place, of these types, in the order of the slugs."""
    return sorted(s for s, p in places.items() if p.get("parent") == slug and p["type"] in types)


def residences(places: Places) -> list[str]:
    """Every residence of the estate."""
    return sorted(slug for slug, place in places.items() if place["type"] == "residence")


def home_of(places: Places, at: str) -> tuple[str, str]:
    """The residence and the staircase in which ``at`` lies; "" where there is none."""
    found = {places[slug]["type"]: slug for slug in chain(places, at)}
    return found.get("residence", ""), found.get("staircase", "")


def near(places: Places, at: str) -> set[str]:
    """Where a fault is "here" for someone at ``at``: their staircase and what all share."""
    residence, staircase = home_of(places, at)
    if not residence:
        return set()
    stairs = [staircase] if staircase else within(places, residence, "staircase")
    inner = [slug for stair in stairs for slug in within(places, stair, "hall", "shared")]
    return {residence, *stairs, *inner, *within(places, residence, "hall", "shared")}


def choices(places: Places, category: str, at: str) -> list[Spot]:
    """The places that a trouble of this category can be in, for someone at ``at``.

    At a staircase: its own spots and those all share, then the way to the other staircases. At a
    residence: what all share, and every staircase. Where nothing fits, every staircase does.
    """
    residence, staircase = home_of(places, at)
    stairs = [staircase] if staircase else within(places, residence, "staircase")
    shared = list(_spots(places, category, within(places, residence, "hall", "shared")))
    if staircase:
        own = list(_inside(places, category, staircase))
        return _sorted([*own, *shared]) + _elsewhere(places, category, residence, staircase)
    found = [_entrance(places, category, stair) for stair in stairs]
    return shared + found


def _elsewhere(places: Places, category: str, residence: str, staircase: str) -> list[Spot]:
    """The other staircases: their one spot each, where there is but one, else one way to all."""
    others = [s for s in within(places, residence, "staircase") if s != staircase]
    if not others:
        return []
    if len(SPOTS[category]) == 1:
        return [_entrance(places, category, stair) for stair in others]
    return [Spot(residence, "building", "", into=True)]


def _entrance(places: Places, category: str, staircase: str) -> Spot:
    inside = list(_inside(places, category, staircase))
    if len(inside) == 1:
        return inside[0]
    name = str(places[staircase]["name"])
    return Spot(staircase, "stairs", name, into=len(inside) > 1)


def _inside(places: Places, category: str, staircase: str) -> Iterator[Spot]:
    yield from _spots(places, category, [staircase, *within(places, staircase, "hall", "shared")])


def _spots(places: Places, category: str, slugs: Sequence[str]) -> Iterator[Spot]:
    for slug in slugs:
        kind = kind_of(slug, places[slug])
        if kind in SPOTS[category]:
            yield Spot(slug, PICTOS[kind], str(places[slug]["name"]))


def _sorted(spots: list[Spot]) -> list[Spot]:
    pictos = list(PICTOS.values())
    return sorted(spots, key=lambda spot: pictos.index(spot.picto))
