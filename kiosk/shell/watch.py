"""When a page is frozen or black, what is done about it, and what the screen shows meanwhile.

Rules alone: no clock, no window, no network of their own. Times are seconds of any clock that
never goes back.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Face(Enum):
    """What a person sees: the portal's page, a calm word to wait, or the still screen."""

    PAGE = "page"
    WAIT = "wait"
    STILL = "still"


class Act(Enum):
    """What the window has to do now."""

    ASK = "ask whether the portal answers, then say so with Watch.told"
    LOAD = "load the portal's first page"
    END = "end the process that draws the page"


@dataclass(frozen=True)
class Pace:
    """How patient the watch is, in seconds. A page beats every two seconds (static/js/beat.js)."""

    ask: float = 0.3  # between two questions whether the portal answers
    beat: float = 10  # without a beat for so long, a page is frozen
    failed: float = 3  # the same, once it could not load another one
    look: float = 5  # between two looks at its points
    blank: float = 20  # all of one black or white for so long, a page is lost
    calm: float = 45  # whoever has waited so long is told whom they can call
    again: float = 60  # between two quiet trials behind the still screen
    lives: float = 5  # a page tried so must live that long before it is shown
    most: int = 3  # reloads …
    within: float = 600  # … in so many seconds; after them the still screen


State = Literal["asking", "opening", "open"]


class Watch:
    """Follows one page. ``tick`` and ``told`` say what to do, ``face`` what to show."""

    def __init__(self, now: float, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self.state: State = "asking"
        self.tired = False
        """Whether reloading has not helped: the page must prove itself behind the still screen."""
        self._due = now  # when to ask next
        self._covered = now  # since when no page is shown
        self._beat = now  # the newest beat, or when the page was asked for
        self._first: float | None = None  # the first beat since then
        self._blank: float | None = None  # since when it is of one colour
        self._reloads: list[float] = []
        self._ticked = now

    def face(self, now: float) -> Face:
        """What the screen shows."""
        if self.state == "open":
            return Face.PAGE
        long = now - self._covered > self._pace.calm
        return Face.STILL if self.tired or long else Face.WAIT

    def tick(self, now: float, seen: bool = True) -> Act | None:
        """Called about four times a second; ``seen``: whether the window is on the screen at all.

        Pages that nobody sees do not beat, and when this very process stood still nobody listened:
        neither is the page's fault.
        """
        asleep = now - self._ticked
        self._ticked = now
        if not seen or asleep > self._pace.failed:
            self._beat += asleep
            self._blank = None
        if self.state == "asking":
            if now < self._due:
                return None
            self._due = now + self._pace.ask
            return Act.ASK
        frozen = now - self._beat > self._pace.beat
        lost = self._blank is not None and now - self._blank > self._pace.blank
        return self._fault(now) if frozen or lost else None

    def told(self, now: float, answers: bool) -> Act | None:
        """Hear whether the portal answers."""
        if self.state != "asking":
            return None
        if not answers:
            if self.tired:
                self._due = now + self._pace.again
            return None
        self.state = "opening"
        self._beat, self._first, self._blank = now, None, None
        return Act.LOAD

    def beat(self, now: float) -> None:
        """The page has painted."""
        self._beat = now
        if self.state != "opening":
            return
        self._first = now if self._first is None else self._first
        proven = now - self._first >= self._pace.lives and self._blank is None
        if not self.tired or proven:
            self.state, self.tired = "open", False

    def failed(self, now: float) -> None:
        """A page could not be loaded: the portal is gone, or only a link led nowhere."""
        if self.state == "opening":
            self._ask(now)
        elif self.state == "open":
            self._beat = min(self._beat, now - self._pace.beat + self._pace.failed)

    def died(self, now: float) -> None:
        """The process that draws the page has ended, and not since we asked it to."""
        if self.state != "asking":
            self._fault(now)

    def looked(self, now: float, blank: bool) -> None:
        """Hear whether every point of the page is of one black or white."""
        if not blank or self.state == "asking":
            self._blank = None
        elif self._blank is None:
            self._blank = now

    def _fault(self, now: float) -> Act:
        self._reloads = [at for at in self._reloads if now - at < self._pace.within]
        self.tired = self.tired or len(self._reloads) >= self._pace.most
        if not self.tired:
            self._reloads.append(now)
        self._ask(now)
        return Act.END

    def _ask(self, now: float) -> None:
        if self.state == "open":
            self._covered = now
        self.state, self._blank = "asking", None
        self._due = now + (self._pace.again if self.tired else self._pace.ask)
