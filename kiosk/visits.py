"""Visits: who stands at the screen, signed in or not, until they leave it or leave it alone.

A visit is known by its cookie's token, in memory alone. Whatever keeps something for a visit asks
to be told of its end (:meth:`Visits.at_end`), so that nothing of it is left anywhere.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.access.sessions import Session, Sessions
from kiosk.live import Live
from sync import clock

log = logging.getLogger(__name__)

PASSING: Final = timedelta(seconds=90)
"""After how long without an act a kiosk forgets how a passer-by has set its screen."""

TICK: Final = 2.0
"""Seconds between looks at who is gone: by so much a frozen page may outstay its visit."""

MOST: Final = 1000
"""Visits known at once; the one that acted longest ago makes room."""


@dataclass(frozen=True)
class Visit:
    """When a visit ends if nobody acts any more, and whether someone had signed in."""

    ends: datetime
    signed: bool


class Visits:
    """The visits of one portal. Safe to share between threads.

    ``passing``: how long a passer-by may not act; None where nobody shares the screen.
    """

    def __init__(self, sessions: Sessions, live: Live, passing: timedelta | None) -> None:
        self._sessions = sessions
        self._live = live
        self._passing = passing
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Visit] = OrderedDict()
        self._over: OrderedDict[str, Visit] = OrderedDict()
        self._forget: list[Callable[[str], object]] = []
        self._tidy: list[Callable[[datetime], object]] = [sessions.tidy]

    def at_end(self, forget: Callable[[str], object]) -> None:
        """Call ``forget`` with the token of every visit that ends, however it ends."""
        self._forget.append(forget)

    def at_tick(self, tidy: Callable[[datetime], object]) -> None:
        """Call ``tidy`` with the instant of every look at who is gone."""
        self._tidy.append(tidy)

    def act(self, token: str, session: Session | None, now: datetime) -> None:
        """A person acts in this visit: it goes on, or begins anew without what it had."""
        passing = now + self._passing if self._passing else None
        ends = session.ends if session else passing
        with self._lock:
            self._over.pop(token, None)
            self._open.pop(token, None)
            if ends is not None:
                _push(self._open, token, Visit(ends, session is not None))

    def left(self, token: str, now: datetime) -> float | None:
        """Seconds until the visit ends if nobody acts, 0 when it is over; None without a limit."""
        if self.over(token, now):
            return 0.0
        with self._lock:
            visit = self._open.get(token)
        return (visit.ends - now).total_seconds() if visit else None

    def over(self, token: str, now: datetime) -> Visit | None:
        """The visit of a token, when it has ended because nobody acted; else None."""
        with self._lock:
            visit = self._open.get(token)
            known = self._over.get(token)
        if visit is None or now < visit.ends:
            return known
        self._expire(token, visit, now)
        return visit

    def end(self, token: str, now: datetime) -> None:
        """Forget all of a visit that is left: session, streams, and what others keep for it."""
        with self._lock:
            self._open.pop(token, None)
        self._sessions.close(token, now)
        self._clear(token)

    def tick(self, now: datetime) -> int:
        """End the visits that nobody acts in any more; returns how many."""
        with self._lock:
            late = [(token, visit) for token, visit in self._open.items() if now >= visit.ends]
        for token, visit in late:
            self._expire(token, visit, now)
        for tidy in self._tidy:
            tidy(now)
        return len(late)

    def watch(self) -> None:
        """Begin to end visits by the clock, whatever their pages do; returns at once."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(TICK):
            try:
                self.tick(clock.now())
            except Exception:
                log.exception("a visit may not have been ended")

    def _expire(self, token: str, visit: Visit, now: datetime) -> None:
        with self._lock:
            if self._open.get(token) != visit:  # somebody acts at this very moment
                return
            del self._open[token]
            _push(self._over, token, visit)
        if visit.signed:
            self._sessions.close(token, now)
        self._clear(token)

    def _clear(self, token: str) -> None:
        self._live.close(token)
        for forget in self._forget:
            forget(token)


def _push(visits: OrderedDict[str, Visit], token: str, visit: Visit) -> None:
    visits[token] = visit
    while len(visits) > MOST:
        visits.popitem(last=False)
