"""Moving a source's dates by whole weeks, so that a demonstration is always of this week."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sync.clock import ESTATE, today


@dataclass(frozen=True)
class Shift:
    """By how many weeks every date moves; may be negative."""

    weeks: int = 0

    def at(self, instant: datetime) -> datetime:
        """``instant`` (aware) moved on the estate's wall clock: 9:00 stays 9:00 in winter too."""
        if not self.weeks:
            return instant
        local = instant.astimezone(ESTATE)
        wall = local.replace(tzinfo=None) + timedelta(weeks=self.weeks)
        return wall.replace(tzinfo=ESTATE, fold=local.fold)

    def day(self, day: date) -> date:
        """``day`` moved."""
        return day + timedelta(weeks=self.weeks)


def shift_to(now: datetime, shift_from: date | None) -> Shift:
    """What makes the ISO week of ``shift_from`` the week of ``now``; nothing moves without it."""
    if shift_from is None:
        return Shift()
    return Shift((monday(today(now)) - monday(shift_from)).days // 7)


def monday(day: date) -> date:
    """The first day of the ISO week of ``day``."""
    return day - timedelta(days=day.weekday())
