"""Sessions: who sits at this screen, kept in the node's own database under a hashed name.

A session outlives a killed portal, not a restart of the machine. Its document holds no secret and
no name: what the cookie carries is hashed, and the name is asked of the estate's list.
"""

import logging
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Final

from kiosk.access.people import Identity, identity
from kiosk.access.tokens import form_word, new_token, token_digest
from sync.clock import instant, stamp
from sync.database import Database
from sync.documents.kind import Document
from sync.errors import Conflict, SyncError, Unreachable

log = logging.getLogger(__name__)

IDLE: Final[Mapping[str, timedelta]] = {
    "kiosk": timedelta(minutes=5),
    "home": timedelta(minutes=30),
    "tv": timedelta(minutes=30),
}
"""How long nobody may act before the screen forgets, by the node's mode."""

ABSOLUTE: Final = timedelta(hours=12)
FRESH: Final = timedelta(seconds=2)  # how long a page trusts what the one before has read
WRITTEN: Final = timedelta(seconds=15)  # an act is written to disk at most this often
SKEW: Final = timedelta(minutes=1)  # seen further ahead than this: the clock was set back
SWEEP: Final = timedelta(minutes=10)
SWEPT: Final = 200  # sessions at once
CACHED: Final = 256
_TRIES: Final = 3


_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")  # random(4)
_THIS_PROCESS: Final = secrets.token_hex(16)


def boot_id() -> str:
    """What this start of the machine is called; where nothing tells, this start of the process."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return _THIS_PROCESS


@dataclass(frozen=True)
class Session:
    """Who is signed in, on which kind of screen, since when, and when they last acted."""

    person: str
    account: str
    household: str
    role: str
    name: str
    language: str
    mode: str
    opened: datetime
    seen: datetime
    idle: timedelta

    @property
    def ends(self) -> datetime:
        """When it ends if nobody acts any more."""
        return min(self.seen + self.idle, self.opened + ABSOLUTE)

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended at ``now``, or the clock was set back to before it was seen."""
        return now >= self.ends or now < self.seen - SKEW


@dataclass(frozen=True)
class _Entry:
    """A session as last read or written, ``checked`` then; None once closed."""

    session: Session | None
    document: Document
    checked: datetime


class Sessions:
    """The sessions of one node. ``portal_key`` is DIR/portal.key, ``boot`` :func:`boot_id`.

    ``idle``: how long nobody may act, by mode. Safe to share between threads.
    """

    def __init__(
        self,
        database: Database,
        portal_key: bytes,
        boot: str,
        idle: Mapping[str, timedelta] = IDLE,
    ) -> None:
        self._database = database
        self._idle = idle
        self._key = portal_key
        self._boot = boot
        self._lock = Lock()
        self._cache: OrderedDict[str, _Entry] = OrderedDict()
        self._swept: datetime | None = None

    def open(self, who: Identity, now: datetime, mode: str) -> str:
        """Begin a session; returns the token for the cookie, always a new one.

        ``mode``: "kiosk", "home" or "tv".
        """
        token = new_token()
        idle = self._idle_in(mode)
        session = Session(**who._asdict(), mode=mode, opened=now, seen=now, idle=idle)
        document = self._document(_id(token), session)
        revision = self._database.put("node", document)
        self._keep(_id(token), _Entry(session, {**document, "_rev": revision}, now))
        self.tidy(now)
        return token

    def get(self, token: str, now: datetime, *, touch: bool = True) -> Session | None:
        """The session of a token; None when there is none, or it has ended.

        ``touch`` says that a person acts: a stream, a poll or a sound does not. While the database
        is away, a session this process knows goes on; for others :class:`sync.errors.Unreachable`.
        """
        id = _id(token)
        entry = self._entry(id, now)
        if entry is None or entry.session is None:
            return None
        if entry.session.is_over(now):
            self._end(id, now)
            return None
        return self._touch(id, entry, entry.session, now) if touch else entry.session

    def close(self, token: str, now: datetime) -> None:
        """End a session at once; without a session, nothing.

        While the database is away the token is refused here all the same; its document then ends
        by its own time.
        """
        self._end(_id(token), now)

    def csrf(self, token: str) -> str:
        """The word that a form for this cookie carries."""
        return form_word(self._key, self._boot, token)

    def check(self, token: str, word: str) -> bool:
        """Whether a form's word belongs to this cookie."""
        return compare_digest(self.csrf(token).encode(), word.encode("utf-8", "replace"))

    def _entry(self, id: str, now: datetime) -> _Entry | None:
        with self._lock:
            known = self._cache.get(id)
        if known and (known.session is None or abs(now - known.checked) < FRESH):
            return known
        try:
            return self._read(id, known.session if known else None, now)
        except Unreachable:
            if known is None:
                raise
            return known

    def _read(self, id: str, known: Session | None, now: datetime) -> _Entry | None:
        document = self._database.get("node", id)
        session = self._session(document, known) if document else None
        if document is None or session is None:
            with self._lock:
                self._cache.pop(id, None)
            return None
        if known:  # has acted since it was last written
            session = replace(session, seen=max(session.seen, known.seen))
        return self._keep(id, _Entry(session, document, now))

    def _session(self, document: Document, known: Session | None) -> Session | None:
        """The session in a document; None when the machine restarted or the person is gone."""
        if document["boot"] != self._boot:
            return None
        who = known or identity(self._database, document["account"], document["person"])
        if who is None:
            return None
        words = ("person", "account", "household", "role", "language", "mode")
        return Session(
            **{word: document[word] for word in words},
            name=who.name,
            opened=instant(document["opened"]),
            seen=instant(document["seen"]),
            idle=self._idle_in(document["mode"]),
        )

    def _idle_in(self, mode: str) -> timedelta:
        return self._idle.get(mode, min(self._idle.values()))

    def _touch(self, id: str, entry: _Entry, session: Session, now: datetime) -> Session:
        session = replace(session, seen=max(session.seen, now))
        document = entry.document
        if abs(now - instant(document["seen"])) >= WRITTEN:
            document = self._write({**document, **self._document(id, session)})
        self._keep(id, replace(entry, session=session, document=document))
        return session

    def _write(self, document: Document) -> Document:
        try:
            return {**document, "_rev": self._database.put("node", document)}
        except (Conflict, Unreachable) as error:  # another page has written it, or will
            log.info("an act was not written: %s", error)
            return document

    def _end(self, id: str, now: datetime) -> None:
        self._keep(id, _Entry(None, {}, now))
        for _ in range(_TRIES):
            try:
                document = self._database.get("node", id)
                if document is not None:
                    self._database.delete("node", document)
            except Conflict:  # a page that acts meanwhile
                continue
            except Unreachable as error:
                log.warning("a session was ended in memory alone: %s", error)
            return

    def _document(self, id: str, session: Session) -> Document:
        return {
            "_id": id,
            "kind": "session",
            "v": 1,
            "person": session.person,
            "account": session.account,
            "household": session.household,
            "role": session.role,
            "language": session.language,
            "mode": session.mode,
            "opened": stamp(session.opened),
            "seen": stamp(session.seen),
            "ends": stamp(session.ends),
            "boot": self._boot,
        }

    def _keep(self, id: str, entry: _Entry) -> _Entry:
        """Put an entry into the cache; a session closed meanwhile stays closed."""
        with self._lock:
            standing = self._cache.get(id)
            if standing is not None and standing.session is None:
                return standing
            self._cache[id] = entry
            self._cache.move_to_end(id)
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)
        return entry

    def tidy(self, now: datetime) -> None:
        """Sweep, unless that was done a moment ago or the database is away."""
        if self._swept is not None and abs(now - self._swept) < SWEEP:
            return
        self._swept = now
        try:
            self.sweep(now)
        except SyncError as error:  # whoever signs in has nothing to do with it
            log.warning("ended sessions stay for now: %s", error)

    def sweep(self, now: datetime) -> int:
        """Delete sessions that have ended, and those of an earlier boot; returns how many."""
        late = stamp(now - WRITTEN)  # an act younger than that stands in no document yet
        ended = {"kind": "session", "ends": {"$lt": late}}
        other = {"kind": "session", "ends": {"$gte": late}, "boot": {"$ne": self._boot}}
        graves = [
            {"_id": d["_id"], "_rev": d["_rev"], "kind": "session", "_deleted": True}
            for selector in (ended, other)
            for d in self._database.find("node", selector, limit=SWEPT)
        ]
        return sum(row.rev is not None for row in self._database.bulk("node", graves))


def _id(token: str) -> str:
    return "session:" + token_digest(token)
