"""Works and events from an iCalendar (RFC 5545), its series unrolled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar

from sync.clock import midnight, today
from sync.database import Database
from sync.documents.key import natural
from sync.documents.kind import Document
from sync.imports.announce import NAME, TEXT, TITLE, YEARS, Entry, compose, publish
from sync.imports.atlas import Atlas, read_places
from sync.imports.errors import ImportRefused, SetAside
from sync.imports.feed import language
from sync.imports.outcome import Left, Outcome
from sync.imports.plain import from_markup, has_markup, line, tidy
from sync.imports.series import aware, dated, series_of, unrolled
from sync.imports.shift import Shift, shift_to
from sync.imports.source import Source, read
from sync.imports.targets import PLACES, SPEAKERS, Words, asked_for, fold, read_words

MEGABYTES: Final = 5
EVENTS: Final = 2000
BEFORE: Final = timedelta(days=60)
AFTER: Final = timedelta(days=180)
"""How far back and ahead occurrences are written; both ends fall on a first of the month, so that
two halls that import in the same days write the same."""


Occurrence = Any
"""An event as icalendar gives it: its values are of too many types to be told apart."""


@dataclass(frozen=True)
class Agenda:
    """What all events of a calendar share."""

    name: str
    words: Words
    shift: Shift
    atlas: Atlas


def load(
    database: Database,
    source: str,
    *,
    now: datetime,
    shift_from: date | None = None,
    origin: str = "",
    name: str = "",
    to: str = "",
) -> Outcome:
    """Import the calendar at ``source``, a file or an http(s) address.

    ``origin``, ``name`` and ``to`` are as for :func:`sync.imports.feed.load`. An event that cannot
    be used is left out and counted. Raises :class:`sync.imports.errors.ImportRefused` before
    anything is written.
    """
    calendar = parse(read(source, MEGABYTES))
    atlas, shift = read_places(database), shift_to(now, shift_from)
    said = Words(speaker=SPEAKERS.get(origin, ""), to=asked_for(to, atlas))
    agenda = Agenda(name or _title(calendar), _words(calendar, atlas, source, said), shift, atlas)
    left: list[Left] = []
    documents = list(_documents(calendar, agenda, window(now, shift), left))
    return publish(database, documents, left, now)


def window(now: datetime, shift: Shift) -> tuple[datetime, datetime]:
    """From when to when occurrences are written, on the source's own dates, before any shift."""
    first, last = ((today(now) + delta).replace(day=1) for delta in (-BEFORE, AFTER))
    back = Shift(-shift.weeks)
    return back.at(midnight(first)), back.at(midnight(last))


def parse(source: Source) -> Calendar:
    """The calendar in ``source``, which must be one, and whole."""
    refusal = ImportRefused("Ce fichier n’est pas un calendrier entier.", source=source.name)
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = source.data[: error.start].count(b"\n") + 1
        said = "Ce calendrier n’est pas en UTF-8."
        raise ImportRefused(said, line=at, source=source.name) from error
    if not text.rstrip().upper().endswith("END:VCALENDAR"):
        raise refusal
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise refusal from error
    if not isinstance(calendar, Calendar):
        raise refusal
    if len(calendar.walk("VEVENT")) > EVENTS:
        raise ImportRefused(f"Ce calendrier a plus de {EVENTS} dates.", source=source.name)
    return calendar


def _title(calendar: Calendar) -> str:
    return line(str(calendar.get("NAME") or calendar.get("X-WR-CALNAME") or ""), NAME)


def _words(calendar: Calendar, atlas: Atlas, source: str, said: Words) -> Words:
    try:
        return read_words(categories(calendar), atlas).over(said)
    except SetAside as error:
        raise ImportRefused(f"Le calendrier entier concerne un {error}.", source=source) from error


def categories(component: Any) -> list[str]:
    """The words of every CATEGORIES of a component."""
    found = component.get("CATEGORIES", [])
    rows = found if isinstance(found, list) else [found]
    return [str(word) for row in rows for word in getattr(row, "cats", [row])]


def _documents(
    calendar: Calendar, agenda: Agenda, within: tuple[datetime, datetime], left: list[Left]
) -> Iterator[Document]:
    for events in series_of(calendar, left):
        try:
            for occurrence, recurrence in unrolled(events, within):
                yield compose(_entry(occurrence, recurrence, agenda))
        except SetAside as error:
            left.append(Left(line(str(events[0].get("SUMMARY", "")), TITLE), str(error)))


def _entry(event: Occurrence, recurrence: str, agenda: Agenda) -> Entry:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    title = line(str(event.get("SUMMARY", "")), TITLE - 20)
    where, target = _location(event, agenda.atlas)
    words = read_words(categories(event), agenda.atlas).over(agenda.words)
    if not words.to:
        words = Words(to=target).over(words)
    url = str(event.get("URL", ""))
    known = {"url": url} if url.startswith(("http://", "https://")) and len(url) < 500 else {}
    return Entry(
        key=natural("calendar", str(event["UID"]), recurrence),
        at=agenda.shift.at(_dated(event, start)),
        title=f"Annulé\u00a0: {title}" if cancelled and title else title,
        text=_text(event, "" if target and words.to == target else where),
        lang=language(getattr(event.get("SUMMARY"), "params", {}).get("LANGUAGE")),
        words=words,
        source={"name": agenda.name, **known} if agenda.name else {},
        starts=agenda.shift.at(aware(start)),
        ends=agenda.shift.at(aware(end)),
        all_day=not isinstance(start, datetime),
    )


def _dated(event: Occurrence, start: date) -> datetime:
    """The source's own date of an event; DTSTAMP is when a server was asked."""
    for name in ("LAST-MODIFIED", "CREATED"):
        found = dated(event, name)
        if isinstance(found, datetime) and found.year in YEARS:
            return aware(found)
    return aware(start)


def _location(event: Occurrence, atlas: Atlas) -> tuple[str, tuple[str, ...]]:
    """What LOCATION says, in words, and the place that people live in, or at, if it is one."""
    said = line(str(event.get("LOCATION", "")), 200)
    named = [slug for slug, place in atlas.items() if fold(place["name"]) == fold(said)]
    slug = said if said in atlas else named[0] if len(named) == 1 else ""
    if not slug:
        return said, ()
    inside = atlas[slug]["type"] in ("hall", "shared")
    around = str(atlas[slug].get("parent", "")) if inside else slug
    lived = around in atlas and atlas[around]["type"] in PLACES.values()
    return atlas[slug]["name"], (around,) if lived else ()


def _text(event: Occurrence, where: str) -> str:
    said = str(event.get("DESCRIPTION", ""))
    text = from_markup(said, TEXT) if has_markup(said) else tidy(said, TEXT)
    return tidy("\n\n".join(filter(None, [where and f"Lieu\u00a0: {where}", text])), TEXT)
