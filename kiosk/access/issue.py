"""Issuing a code and a card, which ends the ones before."""

from datetime import datetime
from typing import NamedTuple

from kiosk.access import cards, codes
from kiosk.access.digests import METHOD, card_digest, code_digest
from sync.clock import stamp
from sync.database import Database
from sync.documents.account import CARD, VERIFIER
from sync.documents.kind import Document
from sync.documents.merge import newest


class Issued(NamedTuple):
    """A new code (11 characters) and the text of a new card: told once, kept nowhere."""

    code: str
    card: str


def issue(
    database: Database, estate_key: bytes, account: str, person: str, at: datetime, origin: str
) -> Issued:
    """Give a person of an account a new code and a new card; the older ones end with it.

    ``account``: the household, or the staff member's own id. ``origin``: the node, with its
    incarnation after a dot. The card is written first: until the verifier names it, it opens
    nothing and the older one still does. Takes as long as one hash.
    """
    issued = Issued(codes.new_code(), cards.new_card())
    card = card_digest(estate_key, issued.card)
    code = code_digest(estate_key, account, issued.code)
    who = {"at": stamp(at), "origin": origin, "account": account, "person": person}
    database.put("accounts", CARD.new(card, **who))
    key = f"{account}:{person}"
    _replace(database, VERIFIER.new(key, **who, code=code, card=card, method=METHOD))
    return issued


def _replace(database: Database, fresh: Document) -> None:
    """Write a verifier over all of its leaves, which are several where halls were apart."""
    leaves = database.leaves("accounts", fresh["_id"])
    standing = newest(leaves) if leaves else None
    revision = {"_rev": standing["_rev"]} if standing else {}
    database.put("accounts", {**fresh, **revision})
    for leaf in leaves:
        if leaf is not standing:
            database.delete("accounts", leaf)
