"""Issuing codes and cards, which ends the ones before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from kiosk.access import cards, codes
from kiosk.access.digests import METHOD, from_card, from_code
from kiosk.access.seal import Keys, new_seal
from sync.clock import instant, stamp
from sync.database import Database
from sync.documents.account import CARD, VERIFIER
from sync.documents.kind import Document
from sync.documents.merge import newest
from sync.errors import SyncError

BULK: Final = 500  # documents written at once: well within the time a database is given


class Issued(NamedTuple):
    """A new code (11 characters) and the text of a new card: told once, kept nowhere."""

    code: str
    card: str


class Proofs(NamedTuple):
    """The two documents that make a code and a card valid; no secret is in them."""

    card: Document
    verifier: Document


def invent() -> Issued:
    """A code and a card that nobody has yet."""
    return Issued(codes.new_code(), cards.new_card())


def prove(
    estate_key: bytes, account: str, person: str, issued: Issued, at: datetime, origin: str
) -> Proofs:
    """What to write so that ``issued`` opens for ``person``; takes as long as one hash.

    ``account``: the household, or the staff member's own id. ``origin``: the node, with its
    incarnation after a dot.
    """
    card = from_card(estate_key, issued.card)
    code = from_code(estate_key, account, issued.code)
    who = {"at": stamp(at), "origin": origin, "account": account, "person": person}
    key = f"{account}:{person}"
    verifier = VERIFIER.new(
        key,
        **who,
        code=code.digest,
        card=card.digest,
        method=METHOD,
        seal=new_seal(Keys(code.key, card.key), key),
    )
    return Proofs(CARD.new(card.digest, **who), verifier)


def issue(
    database: Database, estate_key: bytes, account: str, person: str, at: datetime, origin: str
) -> Issued:
    """Give a person of an account a new code and a new card; the older ones end with it.

    The card is written first: until the verifier names it, it opens nothing and the older one
    still does. Parameters as for :func:`prove`.
    """
    issued = invent()
    proofs = prove(estate_key, account, person, issued, at, origin)
    write_cards(database, [proofs])
    write_verifiers(database, [proofs])
    return issued


def write_cards(database: Database, proofs: Sequence[Proofs]) -> None:
    """Write the cards, which open nothing yet."""
    _write(database, [each.card for each in proofs])


def write_verifiers(database: Database, proofs: Sequence[Proofs]) -> None:
    """Write the verifiers: from here on what was issued opens, and the older ones do not.

    Each is written over all of its leaves, which are several where halls were apart.
    """
    fresh = [each.verifier for each in proofs]
    ids = [verifier["_id"] for verifier in fresh]
    there = {found["_id"] for found in database.many("accounts", ids) if found}
    heirs, losers = [], list[Document]()
    for verifier in fresh:
        leaves = database.leaves("accounts", verifier["_id"]) if verifier["_id"] in there else []
        standing = newest(leaves, instant(verifier["at"])) if leaves else None
        heirs.append({**verifier, "_rev": standing["_rev"]} if standing else verifier)
        losers += [leaf for leaf in leaves if leaf is not standing]
    _write(database, heirs)
    for loser in losers:
        database.delete("accounts", loser)


def _write(database: Database, documents: Sequence[Document]) -> None:
    """Write them all; raises SyncError at the first part of which one was refused."""
    for start in range(0, len(documents), BULK):
        rows = database.bulk("accounts", documents[start : start + BULK])
        refused = [row for row in rows if row.error]
        if refused:
            raise SyncError(f"{len(refused)} refused, as {refused[0].id}: {refused[0].error}")
