"""The twelve things a resident can point at, the words of the landlord's works, and the states."""

from collections.abc import Mapping
from typing import Final

CATEGORIES: Final = (
    "lift",
    "water",
    "light",
    "door",
    "heating",
    "toilet",
    "stairs",
    "window",
    "bins",
    "pests",
    "noise",
    "other",
)
"""What a report is about; each has a picture of the same name or nearest to it."""

SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "lift": ("lift-out", "lift-stuck", "lift-doors"),
    "water": ("water-none", "water-leak", "water-cold"),
    "light": ("light-out", "light-blinks", "light-sparks"),
    "door": ("door-open", "door-stuck", "door-code"),
    "heating": ("heating-none", "heating-low", "heating-leak"),
    "toilet": ("toilet-blocked", "toilet-leak", "toilet-flush"),
    "stairs": ("stairs-step", "stairs-rail", "stairs-dirty"),
    "window": ("window-glass", "window-shut", "window-blind"),
    "bins": ("bins-full", "bins-smell", "bins-bulky"),
    "pests": ("pests-rats", "pests-roaches", "pests-bugs"),
    "noise": ("noise-night", "noise-daily", "noise-works"),
    "other": ("other-broken", "other-dirty", "other-danger"),
}
"""What one can touch instead of writing, by category: said in each reader's own language."""

ALL_SIGNS: Final = tuple(sign for signs in SIGNS.values() for sign in signs)

WORKS: Final = (
    "water",
    "lift",
    "heating",
    "electricity",
    "gas",
    "internet",
    "painting",
    "roads",
    "cleaning",
    "pests",
    "other",
)
"""What planned works touch."""

CUTS: Final = frozenset({"water", "lift", "heating", "electricity", "gas", "internet"})
"""Of those, what people are without while the works last."""

STATES: Final = ("received", "planned", "done", "reopened", "closed")
"""What the landlord says of a report; before the first, it is just sent."""

CHANNELS: Final = ("residence", "landlord", "sector", "commune")
"""Who speaks in a notice."""
