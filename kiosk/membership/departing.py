"""`residacoeur estate erase` and `moveout`: what only the landlord's own machine signs."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from kiosk import config, holder
from kiosk.errors import REFUSED, Stopped
from kiosk.holder import Holder, NotFound
from sync.clock import now, stamp, today
from sync.database import Database
from sync.documents.account import PERSON
from sync.documents.erasure import erase, move_out
from sync.documents.kind import Document
from sync.mesh.identity import identity
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.signing import sign

Opening = Callable[[], AbstractContextManager[Database]]

AGAIN: Final = "Rien n’est encore fait. Ajoutez --yes pour le faire."


def erased(options: argparse.Namespace, opened: Opening) -> str:
    """Sign the erasure of one person; each hall carries it out as it hears of it."""
    own = _landlord(options.data)
    with opened() as database:
        who, others = _resident(database, options.door, options.person)
        _ask(
            options,
            f"{who.name} sera effacé de chaque hall, pour toujours\xa0: nom, code, carte,"
            " messages, photos, réglages.",
        )
        origin = config.read_node(options.data).origin
        people: list[Document] = [{"_id": PERSON.id(other.person)} for other in others]
        fact = erase(who.person, who.account, people, at=stamp(now()), by="", origin=origin)
        _write(database, sign(fact, own))
    return f"L’effacement de {who.name} est signé. Chaque hall l’efface dès qu’il l’apprend."


def moved(options: argparse.Namespace, opened: Opening) -> str:
    """Sign that those behind a door leave on a day."""
    own, day = _landlord(options.data), options.day or today(now())
    with opened() as database:
        _, people = _resident(database, options.door, several=True)
        names = ", ".join(who.name for who in people)
        _ask(
            options,
            f"Le {day:%d/%m/%Y}, à la porte {options.door}\xa0: les codes, cartes et ordinateurs"
            f" de {names} ne serviront plus. Leurs demandes restent trois ans.",
        )
        origin = config.read_node(options.data).origin
        leaving = [who.person for who in people]
        fact = move_out(people[0].account, day, leaving, at=stamp(now()), by="", origin=origin)
        _write(database, sign(fact, own))
    return f"Le départ du {day:%d/%m/%Y} est signé\xa0: {names}."


def _landlord(data: Path) -> Identity:
    """Who we are; Stopped unless this machine speaks for the landlord."""
    own = identity.read(data)
    if own is None or own.node.role != "landlord":
        said = "Seul un poste du bailleur signe cela."
        raise Stopped(f"{said} Pour faire un quartier\xa0: residacoeur estate new.", REFUSED)
    return own


def _resident(
    database: Database, door: str, name: str | None = None, *, several: bool = False
) -> tuple[Holder, list[Holder]]:
    """Who is meant, and all who live there. Stopped for a member of staff, or for nobody."""
    try:
        people = holder.behind(database, door)
        who = people[0] if several else holder.find(database, door, name)
    except NotFound as error:
        raise Stopped(str(error), REFUSED) from error
    if who.account == who.person:
        raise Stopped(f"{who.name} travaille ici\xa0: cela se fait pour un habitant.", REFUSED)
    return who, people


def _ask(options: argparse.Namespace, said: str) -> None:
    if not options.yes:
        raise Stopped(f"{said} {AGAIN}", REFUSED)


def _write(database: Database, fact: Document) -> None:
    """Write a fact over the one that stands there."""
    standing = database.get("estate", fact["_id"])
    database.put("estate", {**fact, **({"_rev": standing["_rev"]} if standing else {})})
