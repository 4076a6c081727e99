"""Stamps: the one way in which documents write an instant or a day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ESTATE = ZoneInfo("Europe/Paris")
"""The wall clock of the estate: promises and works are said in it."""


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


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
