"""What changes reaches the screens: one server-sent stream each, told what to look at again.

A stream carries no words of anyone: only "estate", "mine" or "halls", upon which the screen asks
for the page it already may see. Specification:
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Final

from sync.database import Database
from sync.documents.departure import DEPARTURE
from sync.documents.kind import Document
from sync.documents.report import household_of
from sync.errors import SyncError
from sync.reach import ID as REACH_ID

log = logging.getLogger(__name__)

BEAT: Final = 20.0
"""Seconds between comments: a stream nobody reads any more is noticed by writing to it."""

WAITING: Final = 20
"""How many unread words a screen may leave; a screen that does not read loses the oldest."""

CLOSED: Final = "closed"

MOST: Final = 12
"""Streams at once: each holds a thread of the portal's (:data:`kiosk.server.THREADS`), and pages
must go on. A screen without one shows what is new at its next page."""


EACH: Final = 4
"""Streams of one visit: a stream whose page is gone is noticed only at the next beat."""


FOLLOWED: Final = ("estate", "private", "private-media", "status", "node")
"""The databases that screens show."""


def _nothing() -> None:
    """Where nobody looks how far the machine reaches."""


class Live:
    """The open streams of this portal.

    ``forget`` is called when the estate changed, ``look`` when what this machine reaches did,
    ``meet`` with each document that came or changed.
    """

    def __init__(
        self,
        forget: Callable[[], None],
        look: Callable[[], None] = _nothing,
        meet: Callable[[Document], None] = lambda _: None,
    ) -> None:
        self._forget = forget
        self._look = look
        self._meet = meet
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._streams: dict[queue.Queue[str], tuple[str, str]] = {}

    @property
    def is_full(self) -> bool:
        """Whether there is no room for one more stream."""
        with self._lock:
            return len(self._streams) >= MOST

    def stream(self, household: str, token: str) -> Iterator[str]:
        """The lines of one screen's stream, until its session is closed.

        A visit holds :data:`EACH` at most: the oldest ends, mostly of a page left long ago.
        """
        words: queue.Queue[str] = queue.Queue(WAITING)
        with self._lock:
            own = [known for known, (_, owner) in self._streams.items() if owner == token]
            self._streams[words] = (household, token)
        for left in own[: max(0, len(own) + 1 - EACH)]:
            _push(left, CLOSED)
        try:
            yield ": ok\n\n"  # else the headers wait for the first event
            yield from self._lines(words)
        finally:
            with self._lock:
                self._streams.pop(words, None)

    def _lines(self, words: "queue.Queue[str]") -> Iterator[str]:
        while True:
            try:
                word = words.get(timeout=BEAT)
            except queue.Empty:
                yield ": still here\n\n"
                continue
            if word == CLOSED:
                return
            yield f"event: {word}\ndata: \n\n"

    def close(self, token: str) -> None:
        """End the streams of a session that is left."""
        self._tell(CLOSED, lambda _, owner: owner == token)

    def end(self) -> None:
        """End every stream, and follow no database any more: the portal stops."""
        self._ended.set()
        self._tell(CLOSED, lambda *_: True)

    def tell(self, db: str, document_id: str, document: Document | None = None) -> None:
        """Tell those whom a changed document concerns."""
        if db == "estate":
            self._forget()
            self._tell("estate", lambda *_: True)
        elif db == "status":
            self._tell("halls", lambda owner, _: owner == "staff")
        elif db != "node":
            self._tell_household(document_id)
        elif document_id == REACH_ID:
            self._look()
            self._tell("estate", lambda *_: True)
        elif document and document.get("kind") == DEPARTURE.name:
            self._tell_household(str(document.get("item")))

    def _tell_household(self, document_id: str) -> None:
        household = household_of(document_id)
        self._tell("mine", lambda owner, _: owner in (household, "staff"))

    def _tell(self, word: str, whom: Callable[[str, str], bool]) -> None:
        with self._lock:
            streams = list(self._streams.items())
        for words, (household, token) in streams:
            if whom(household, token):
                _push(words, word)

    def follow(self, database: Database) -> None:
        """Begin to follow the databases that screens show; returns at once."""
        for db in FOLLOWED:
            threading.Thread(target=self._follow, args=(database, db), daemon=True).start()

    def _follow(self, database: Database, db: str) -> None:
        since = "now"
        while not self._ended.is_set():
            try:
                for change in database.follow(db, since):
                    since = change.seq
                    if change.document:
                        self._meet(change.document)
                    self.tell(db, change.id, change.document)
            except SyncError as error:
                log.info("%s is not followed for a moment: %s", db, error)
            except Exception:
                log.exception("%s is not followed for a moment", db)
            self._ended.wait(1.0)


def _push(words: "queue.Queue[str]", word: str) -> None:
    while True:
        try:
            words.put_nowait(word)
        except queue.Full:
            with contextlib.suppress(queue.Empty):  # it is read at this very moment
                words.get_nowait()
        else:
            return
