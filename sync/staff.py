"""Who works on the estate, and who looks after which residence."""

from collections.abc import Iterable

from sync.database import Database
from sync.documents import sound
from sync.documents.account import STAFF
from sync.documents.kind import Document


def staff(database: Database) -> list[Document]:
    """Everyone who works on the estate, in the order of their names."""
    found = database.range("accounts", f"{STAFF.name}:", f"{STAFF.name};")
    return sorted(sound(found), key=lambda member: str(member["name"]).casefold())


def caretakers(members: Iterable[Document], residence: str = "") -> list[Document]:
    """The caretakers among ``members``; of one residence (its slug), where it is named."""
    return [
        member
        for member in members
        if member["role"] == "caretaker" and residence in ("", member.get("residence"))
    ]
