"""Who someone is, from the estate's own list: names live there and nowhere else."""

from typing import NamedTuple

from sync.database import Database
from sync.documents import sound
from sync.documents.account import PERSON, STAFF
from sync.documents.kind import Document


class Identity(NamedTuple):
    """Who signed in.

    ``account`` is what was named before the code: the household, or the staff member.
    ``household`` is "" for staff, ``role`` "" for residents; ``language`` "" when not known.
    """

    person: str
    account: str
    household: str
    role: str
    name: str
    language: str


def identity(database: Database, account: str, person: str) -> Identity | None:
    """Who ``person`` of ``account`` is; None when they no longer live or work here."""
    ids = [PERSON.id(person), STAFF.id(person)]
    known = {d["_id"]: d for d in sound(filter(None, database.many("accounts", ids)))}
    resident, member = (known.get(id) for id in ids)
    if resident is not None and resident["household"] == account:
        return Identity(
            person, account, account, "", resident_name(resident), resident.get("language", "")
        )
    if member is not None and person == account:
        return Identity(person, account, "", member["role"], member["name"], "")
    return None


def resident_name(resident: Document) -> str:
    """How a resident is called: "Amina Benali", or "Mme Benali" without a first name."""
    first = resident.get("first_name") or resident.get("title")
    return " ".join(filter(None, [first, resident["last_name"]]))
