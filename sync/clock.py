"""Stamps: the one way in which documents write an instant or a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ESTATE = ZoneInfo("Europe/Paris")
"""The wall clock of the estate: promises and works are said in it."""


LEAD: Final = timedelta(hours=1)
"""How far past estate time a stamp may lie and still count: a clock that errs by more is wrong."""


def _machine() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _machine


def now() -> datetime:
    """The present instant, aware, in UTC: estate time in a process that :func:`follow` was told
    of, else what the machine's clock shows."""
    return _source()


def follow(source: Callable[[], datetime] | None) -> None:
    """From here on :func:`now` is what ``source`` says, in this whole process; None: the machine.

    One correction for a process, as the machine's clock is one: handed down to sixty callers it
    would be forgotten by the next. Called once, where the process starts; rules take their instant
    as an argument all the same, so that tests choose it.
    """
    global _source
    _source = source or _machine


def is_doubtful(text: str, at: datetime) -> bool:
    """Whether a stamp lies so far past ``at``, estate time, that its writer's clock was wrong.

    What is no stamp at all is compared as the text it is.
    """
    return text > stamp(at + LEAD)


def stamp(instant: datetime) -> str:
    """``instant`` (aware) as "2026-11-22T17:20:00.123Z": sorts as text as it does in time."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The aware instant of a stamp. ValueError when it is not one."""
    return datetime.fromisoformat(text)


def local(text: str) -> datetime:
    """The instant of a stamp on the estate's wall clock."""
    return instant(text).astimezone(ESTATE)


def today(at: datetime) -> date:
    """The estate's calendar day at ``at``."""
    return at.astimezone(ESTATE).date()


def midnight(day: date) -> datetime:
    """The instant at which ``day`` begins on the estate."""
    return datetime(day.year, day.month, day.day, tzinfo=ESTATE)


def later(text: str, **delta: float) -> datetime:
    """The instant that is ``timedelta(**delta)`` after a stamp."""
    return instant(text) + timedelta(**delta)
