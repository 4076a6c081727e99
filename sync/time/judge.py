"""Whether the machine's clock can be right, and what time it is on the estate then. Pure.

Estate time is the latest of what was last kept, the program's date and the certificate's start,
corrected by the median of at least three peers (docs/architecture.md, "Time"). A clock within
:data:`TOLERANCE` of what peers say is believed as it stands, so that halls whose clocks are right
never pull each other along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median_low
from typing import Final

BUILT: Final = datetime(2026, 11, 22, tzinfo=UTC)
"""No earlier than this is it anywhere: the program's own date, moved on with each release."""

TOLERANCE: Final = timedelta(minutes=5)
"""Between a clock and what contradicts it: more is doubt."""

QUORUM: Final = 3
"""Peers that together correct a clock; fewer can only cast doubt on it."""

NOTHING: Final = timedelta()


@dataclass(frozen=True)
class Bounds:
    """Between which instants a clock can be right, whatever anybody says."""

    earliest: datetime
    latest: datetime

    def hold(self, at: datetime) -> bool:
        """Whether a clock that shows ``at`` may be right."""
        return self.earliest - TOLERANCE <= at <= self.latest


def bounds(starts: datetime = BUILT, ends: datetime | None = None) -> Bounds:
    """The bounds by the program's date and the node's certificate, where it has one.

    Nobody runs one release for ten years: that is the end where no certificate gives one.
    """
    lasting = BUILT.replace(year=BUILT.year + 10)
    return Bounds(max(BUILT, starts), min(lasting, ends) if ends else lasting)


@dataclass(frozen=True)
class Known:
    """What can be held against the machine's clock.

    ``kept``: the latest time that was kept on disk; ``since``: how long ago, as far as this process
    has counted. ``heard``: by how much this clock is ahead of each peer's. ``before``: by how much
    it was ahead when last corrected, zero where it was believed.
    """

    kept: datetime
    since: timedelta = NOTHING
    heard: Sequence[timedelta] = ()
    before: timedelta = NOTHING


@dataclass(frozen=True)
class Judged:
    """Estate time; whether it is beyond doubt; whether it may be kept as the latest time known."""

    now: datetime
    certain: bool
    keep: bool


def judge(system: datetime, limits: Bounds, known: Known) -> Judged:
    """What time it is when the machine's clock shows ``system``.

    In doubt whenever that clock itself is not believed, even where peers correct it.
    """
    ahead = median_low(known.heard) if known.heard else NOTHING
    agreed, many = abs(ahead) <= TOLERANCE, len(known.heard) >= QUORUM
    if many and not (agreed and limits.hold(system)):
        return Judged(max(limits.earliest, system - ahead), certain=False, keep=True)
    floor = max(limits.earliest, known.kept)

    def fits(at: datetime) -> bool:
        return limits.hold(at) and (many or at >= floor - TOLERANCE)

    if known.before and not many and fits(system - known.before):
        return Judged(max(floor, system - known.before), certain=False, keep=False)
    if fits(system):
        return Judged(system if many else max(floor, system), certain=agreed, keep=agreed)
    return Judged(floor + known.since, certain=False, keep=not limits.hold(system))
