"""The occurrences of an event that comes again: RRULE, RDATE, EXDATE, moved ones (RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import recurring_ical_events
from icalendar import Calendar, vDDDTypes

from sync.clock import ESTATE, midnight, stamp
from sync.imports.announce import TITLE, YEARS
from sync.imports.errors import SetAside
from sync.imports.outcome import Left
from sync.imports.plain import line

OCCURRENCES: Final = 500
"""Of one series, within the months that are written."""

COARSE: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
FINE: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")


def series_of(calendar: Calendar, left: list[Left]) -> Iterator[list[Any]]:
    """The events of a calendar that can be used, those with one UID together, in order of UID.

    The others are added to ``left``.
    """
    series: dict[str, list[Any]] = {}
    for event in calendar.walk("VEVENT"):
        try:
            _check(event)
        except SetAside as error:
            left.append(Left(line(str(event.get("SUMMARY", "")), TITLE), str(error)))
        else:
            series.setdefault(str(event["UID"]), []).append(event)
    for _, events in sorted(series.items()):
        yield events


def unrolled(events: Sequence[Any], within: tuple[datetime, datetime]) -> Iterator[tuple[Any, str]]:
    """Each occurrence that touches ``within``, with what tells it from others of its series.

    That is "" for an event that never comes again, else the start that the series gives it.
    """
    alone = len(events) == 1 and not _comes_again(events[0])
    whole = Calendar()
    for event in events:
        whole.add_component(event)
    try:
        query = recurring_ical_events.of(whole, skip_bad_series=True)
        found: list[Any] = query.between(*within)
    except (ValueError, TypeError, OverflowError) as error:
        raise SetAside("répétition illisible") from error
    if len(found) > OCCURRENCES:
        raise SetAside("revient trop souvent")
    for event in found:
        yield event, "" if alone else moment(event["RECURRENCE-ID"].dt)


def dated(event: Any, name: str) -> date | None:
    """The date or time of a property; None where it has none, several, or an unreadable one."""
    value = event.get(name)
    found = value.dt if isinstance(value, vDDDTypes) else None
    return found if isinstance(found, date) else None


def aware(when: date) -> datetime:
    """An instant for a date or a time of a calendar: the estate's, where it says no zone."""
    if not isinstance(when, datetime):
        return midnight(when)
    return when if when.tzinfo else when.replace(tzinfo=ESTATE)


def moment(when: date) -> str:
    """A date or a time as one text, whatever zone it is written in."""
    if not isinstance(when, datetime):
        return when.isoformat()
    return stamp(aware(when))


def _comes_again(event: Any) -> bool:
    return any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _check(event: Any) -> None:
    start, end = dated(event, "DTSTART"), dated(event, "DTEND")
    if not str(event.get("UID", "")).strip():
        raise SetAside("sans identifiant")
    if start is None:
        raise SetAside("sans date")
    if not 1970 <= start.year <= YEARS[-1]:
        raise SetAside("date impossible")
    if any(name in ("DTEND", "DURATION", "RRULE") for name, _ in event.errors):
        raise SetAside("date illisible")
    if end is not None and aware(end) < aware(start):
        raise SetAside("finit avant de commencer")
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = any(len(rule.get(name, [])) > 1 for name in FINE)
        if often or str(rule.get("FREQ", [""])[0]).upper() not in COARSE:
            raise SetAside("revient trop souvent")
