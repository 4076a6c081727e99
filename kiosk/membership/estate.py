"""`residacoeur estate`: the landlord makes an estate and its nodes, renews, revokes, lists them.

Its people, erased or moved out, are in :mod:`kiosk.membership.departing`.
"""

import argparse
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk import config, running
from kiosk.errors import REFUSED, Stopped
from kiosk.membership import computers, departing
from kiosk.membership.owning import owned
from kiosk.membership.rebuilding import keep, leave, rebuild
from sync.clock import ESTATE, instant, now, stamp
from sync.database import Database
from sync.documents.kind import Document
from sync.mesh.identity import authority as authorities
from sync.mesh.identity import identity, ledger, nodefile, renewal
from sync.mesh.identity.enrolment import enroll, renew
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.identity import Credentials, check
from sync.mesh.identity.ledger import Entry, Ledger
from sync.mesh.identity.nodefile import NodeFile
from sync.mesh.identity.renewal import Renewed
from sync.mesh.identity.revocation import revoke
from sync.time.estate import follow_kept

Opening = Callable[[], AbstractContextManager[Database]]

KEEP: Final = "Gardez le secret du quartier ailleurs\xa0: residacoeur estate keep -o FICHIER."
"""Without it nobody makes the landlord's machine anew, once it has burnt."""

MUTE: Final = "Sans --residence, ce hall ne publie pas de message d’urgence."
ROLES: Final = {"kiosk": "borne", "landlord": "bailleur", "home": "maison"}


def run(options: argparse.Namespace, opened: Opening) -> int:
    """Do what `options.action` says; `opened` gives the node's database. Raises Stopped.

    Certificates are made by estate time: one of 1970 would be of no use to anybody.
    """
    follow_kept(options.data)
    try:
        print(ACTIONS[options.action](options, opened))
    except Unreadable as error:
        raise Stopped(f"Ce qui fait le quartier est abîmé\xa0: {error}.") from error
    except OSError as error:
        said = f"On ne peut pas écrire dans {options.data}\xa0: {error.strerror}."
        raise Stopped(said) from error
    return 0


def new(options: argparse.Namespace, opened: Opening) -> str:
    """Make an estate, and of this machine its landlord's node; its screen stays what it was.

    The book comes last: an estate whose making was broken off is made anew.
    """
    data, folder, at = options.data, options.data / "estate", now()
    known = identity.read(data)
    if (folder / ledger.BOOK).exists() or (known and not known.authority):
        raise Stopped(f"{data} fait déjà partie d’un quartier.", REFUSED)
    config.prepare(data)
    node = config.read_node(data)
    book = Ledger(f"e-{secrets.token_hex(4)}", options.name, {})
    authority = authorities.found(book.id, book.name, at)
    bare = Entry(node.id, node.name, "landlord", node.residence, node.staircase)
    entry, credentials = enroll(authority, bare, at, homes="kiosk" in node.roles)
    book.put(entry)
    authorities.keep(authority, folder)
    identity.write(data, credentials)
    ledger.begin(folder, book)
    said = f"Le quartier «\xa0{book.name}\xa0» est fait, ce poste en est le bailleur."
    return f"{said}{_restart(data)} {KEEP}"


def add(options: argparse.Namespace, opened: Opening) -> str:
    """Make a node of the estate, in a file."""
    authority, _ = owned(options.data)
    place = {"residence": options.residence, "staircase": options.staircase}
    if options.staircase and not options.residence:
        place["residence"] = options.staircase.rpartition("-")[0] or None
    bare = Entry(authorities.new_id(), options.name, options.role, **place)
    with ledger.changing(options.data / "estate") as book:
        if book.named(bare.name):
            raise Stopped(f"Il y a déjà un nœud «\xa0{bare.name}\xa0».", REFUSED)
        entry, credentials = enroll(authority, bare, now(), homes=bare.role == "kiosk")
        book.put(entry)
    _hand_over(options, book, entry, credentials, None)
    mute = "" if entry.residence or entry.role != "kiosk" else f" {MUTE}"
    said = f"«\xa0{entry.name}\xa0» est dans {options.output}, avec ses clés\xa0: gardez-le bien."
    return f"{said} {KEEP}{mute}"


def renewed(options: argparse.Namespace, opened: Opening) -> str:
    """New certificates for a node's keys; in a file, new keys as well."""
    authority, own = owned(options.data)
    credentials = None
    with ledger.changing(options.data / "estate") as book:
        before = _known(book, options.name)
        if options.output:
            entry, credentials = enroll(authority, before, now(), homes=bool(before.homes))
        elif before.revoked:
            said = f"«\xa0{before.name}\xa0» est révoqué. Avec -o, il reçoit d’autres clés."
            raise Stopped(said, REFUSED)
        else:
            entry = renew(authority, before, now())
        book.put(entry)
    said = f"«\xa0{entry.name}\xa0» vaut jusqu’au {_day(entry.ends)}."
    if credentials:
        _hand_over(options, book, entry, credentials, before)
        return f"{said} Ses nouvelles clés sont dans {options.output}\xa0: gardez-le bien."
    if entry.id == own.node.node:
        renewal.adopt(own, Renewed(entry.certificate, entry.homes))
        return said + _restart(options.data)
    with opened() as database:
        _write(database, "status", [renewal.document(entry, now(), _origin(options.data))])
    return f"{said} Il le reçoit dès qu’il joint ce poste."


def revoked(options: argparse.Namespace, opened: Opening) -> str:
    """Put a node out of the estate: signed facts for every other node, and a line in the book.

    A kiosk's homes go with it; a home alone is named as it was when it joined, or by its id.
    """
    _, own = owned(options.data)
    folder, at = options.data / "estate", now()
    book = ledger.read(folder)
    entry = book.named(options.name)
    if entry and entry.id == own.node.node:
        raise Stopped("C’est ce poste-ci\xa0: il ne peut pas se révoquer.", REFUSED)
    origin = _origin(options.data)
    with opened() as database:
        who = entry or _home(database, book, options.name)
        serials = [int(serial, 16) for serial in who.serials]
        facts = [revoke(each, who.id, who.name, at, origin, own) for each in serials]
        _write(database, "estate", facts)
    if entry:
        with ledger.changing(folder) as again:
            again.revoke(again.nodes[entry.id], stamp(at))
    return f"«\xa0{who.name}\xa0» est révoqué, partout où la nouvelle arrive."


def listed(options: argparse.Namespace, opened: Opening) -> str:
    """The estate, its nodes, one a line, and the homes that this machine knows of."""
    _, own = owned(options.data)
    book = ledger.read(options.data / "estate")
    with opened() as database:
        homes = computers.lines(database, own.root)
    return "\n".join([f"{book.name} ({book.id})", *map(_line, book.nodes.values()), *homes])


ACTIONS: Final = {
    "new": new,
    "add": add,
    "renew": renewed,
    "revoke": revoked,
    "list": listed,
    "erase": departing.erased,
    "moveout": departing.moved,
    "keep": keep,
    "rebuild": rebuild,
    "leave": leave,
}


def _known(book: Ledger, name: str) -> Entry:
    entry = book.named(name)
    if entry is None:
        raise Stopped(f"Le quartier n’a pas de nœud «\xa0{name}\xa0».", REFUSED)
    return entry


def _hand_over(
    options: argparse.Namespace,
    book: Ledger,
    entry: Entry,
    credentials: Credentials,
    before: Entry | None,
) -> None:
    """Write the node's file; when that fails, the book is again as it was `before`."""
    key = config.read_key(options.data / "estate.key")
    places = (entry.residence, entry.staircase)
    file = NodeFile(book.id, book.name, check(credentials), *places, credentials, key)
    try:
        nodefile.write(options.output, file)
    except OSError as error:
        with ledger.changing(options.data / "estate") as again:
            del again.nodes[entry.id]
            if before:
                again.put(before)
        said = f"On ne peut pas écrire {options.output}\xa0: {error.strerror}."
        raise Stopped(f"{said} Rien n’est changé.") from error


def _home(database: Database, book: Ledger, name: str) -> Entry:
    """A home as if it stood in the book; without what is a hall's, whatever a kiosk wrote of it."""
    found = computers.find(database, name)
    halls = {serial for entry in book.nodes.values() for serial in entry.serials}
    serials = tuple(each for each in found["serials"] if each not in halls)
    return Entry(computers.id_of(found), found["name"], "home", serials=serials)


def _write(database: Database, name: str, documents: list[Document]) -> None:
    """Write documents over those that stand there; from here they reach the others."""
    standing = database.many(name, [each["_id"] for each in documents])
    for document, there in zip(documents, standing, strict=True):
        database.put(name, {**document, **({"_rev": there["_rev"]} if there else {})})


def _line(entry: Entry) -> str:
    where = entry.staircase or entry.residence or "-"
    until = f"révoqué le {_day(instant(entry.revoked))}" if entry.revoked else _day(entry.ends)
    return f"{entry.name}\t{ROLES[entry.role]}\t{where}\t{entry.id}\t{until}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(ESTATE):%d/%m/%Y}"


def _origin(data: Path) -> str:
    return config.read_node(data).origin


def _restart(data: Path) -> str:
    return " Relancez «\xa0serve\xa0» pour qu’il s’en serve." if running.find(data) else ""
