"""The caretakers of where a screen stands."""

from collections.abc import Sequence

from sync.database import Database
from sync.staff import caretakers, staff


def keepers(database: Database, places: Sequence[str]) -> list[str]:
    """A line for each caretaker of the residences among ``places`` (slugs): the name, and the
    telephone if there is one."""
    return [
        ", ".join(filter(None, (member["name"], member.get("phone"))))
        for member in caretakers(staff(database))
        if member.get("residence") in places
    ]
