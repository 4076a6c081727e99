"""The twelve things a resident can point at, the words of the landlord's works, and the states."""

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

STATES: Final = ("received", "planned", "done", "reopened", "closed")
"""What the landlord says of a report; before the first, it is just sent."""

CHANNELS: Final = ("residence", "landlord", "sector", "commune")
"""Who speaks in a notice."""
