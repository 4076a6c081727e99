"""What someone was writing when their visit ended: kept for them, and readable by them alone.

It is sealed to its owner's public key before it leaves memory, so that this machine itself cannot
read it until their code or card is shown again (:mod:`kiosk.access.seal`). It lies in the node's
own database, which goes nowhere, and survives a killed portal; after a week it is gone.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from werkzeug.datastructures import MultiDict

from kiosk.access.keyring import Keyring
from kiosk.access.marks import Owner, mark, owner_of
from kiosk.access.seal import Unopened, decode, enclose, encode
from kiosk.access.sessions import Session
from kiosk.paths import local
from kiosk.shelf import Shelf
from sync.clock import stamp
from sync.database import Database
from sync.documents.draft import DRAFT, KEPT
from sync.documents.kind import Document

log = logging.getLogger(__name__)

Fate = Literal["kept", "long", "lost"]

NEVER: Final = frozenset({"csrf", "owner", "code", "card", "scan"})
"""Fields that no draft holds: what signs in, and what belongs to one drawing of the form."""

LONGEST: Final = 30_000
"""Bytes of a draft; what is longer would not be taken when it is sent either."""

STEP: Final = 512
"""Drafts are as long as so many bytes, or twice, thrice …: their length tells little of them."""


@dataclass(frozen=True)
class Mark:
    """What a form carries as ``owner``, and whether what is typed in it would be kept."""

    word: str
    kept: bool


@dataclass(frozen=True)
class Draft:
    """What was typed in a form, by name, and when (a stamp).

    ``way`` is the page on which one goes on with it.
    """

    form: str
    way: str
    at: str
    fields: "MultiDict[str, str]"


class Drafts:
    """The drafts of one node. ``key`` is DIR/portal.key. Safe to share between threads.

    ``keys``: those of the people who are in, by which they read their own.
    """

    def __init__(self, database: Database, key: bytes, origin: str) -> None:
        self._key = key
        self._origin = origin
        self.shelf = Shelf(database)
        self.keys = Keyring(database)

    def mark(self, session: Session, visit: str, form: str, way: str, now: datetime) -> Mark:
        """What a form for who is in carries: ``form`` its name, ``way`` where it is taken up."""
        public = self.keys.public(visit, session.account, session.person)
        owner = Owner(session.person, form, way, public)
        return Mark(mark(self._key, owner, now), bool(public))

    def owner(self, word: str, now: datetime) -> Owner | None:
        """Whose form it is that carries this word; None for none of ours."""
        return owner_of(self._key, word, now)

    def keep(self, owner: Owner, fields: Iterable[tuple[str, str]], now: datetime) -> Fate:
        """Seal what was typed for its owner, in place of an earlier draft of the same form.

        "long": it is more than is kept. "lost": the owner has no key, or the disk no room.
        """
        typed = [(name, value) for name, value in fields if name not in NEVER]
        told = json.dumps({"way": owner.way, "fields": typed}, ensure_ascii=False)
        content = told.encode("utf-8", "replace")
        if len(content) > LONGEST:
            return "long"
        if not owner.public:
            return "lost"
        content += b" " * (-len(content) % STEP)
        try:
            sealed = self._sealed(owner, content, now)
        except Unopened as error:
            log.warning("a draft is not kept: %s", error)
            return "lost"
        return "kept" if self.shelf.put(sealed) else "lost"

    def _sealed(self, owner: Owner, content: bytes, now: datetime) -> Document:
        key, at = f"{owner.person}:{owner.form}", stamp(now)
        return DRAFT.new(
            key,
            at=at,
            origin=self._origin,
            public=encode(owner.public),
            sealed=encode(enclose(owner.public, content, _about(DRAFT.id(key), at))),
            ends=stamp(now + KEPT),
        )

    def all(self, visit: str, person: str, now: datetime) -> list[Draft]:
        """What this person had begun to write on this node, newest first.

        Only what the key of their visit opens. A draft that is damaged or forged is set aside and
        told to the log; one for a key they had before is deleted.
        """
        if not self.keys.opens(visit):
            return []
        rows = self.shelf.of(person, now)
        found = [draft for row in rows if (draft := self._opened(visit, row))]
        return sorted(found, key=lambda draft: draft.at, reverse=True)

    def of(self, visit: str, person: str, form: str, now: datetime) -> Draft | None:
        """What this person had begun to write in this form; None when there is nothing."""
        return next((d for d in self.all(visit, person, now) if d.form == form), None)

    def _opened(self, visit: str, row: Document) -> Draft | None:
        if row["public"] != self.keys.own(visit):
            log.warning("%s is deleted: it was sealed to another key", row["_id"])
            self.shelf.drop(row["_id"])
            return None
        try:
            about = _about(row["_id"], row["at"])
            content = self.keys.disclose(visit, decode(row["sealed"]), about)
            way, fields = _read(content)
        except Unopened as error:
            log.warning("%s is set aside: %s", row["_id"], error)
            return None
        return Draft(row["_id"].rpartition(":")[2], way, row["at"], fields)

    def drop(self, person: str, form: str) -> None:
        """Delete what this person had begun in this form: it is sent, or they do not want it."""
        self.shelf.drop(DRAFT.id(f"{person}:{form}"))


def _about(id: str, at: str) -> str:
    """What a sealed draft is bound to: whose it is, of which form, since when."""
    return f"residacoeur draft 1\0{id}\0{at}"


def _read(content: bytes) -> "tuple[str, MultiDict[str, str]]":
    """Where a draft is taken up, and its fields; Unopened when that is not what was sealed.

    Anyone who can write the database can seal anything to a public key.
    """
    try:
        told = json.loads(content)
        fields = [(str(name), str(value)) for name, value in told["fields"]]
        return local(str(told["way"])), MultiDict(fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unopened("what was sealed in it is no draft") from error
