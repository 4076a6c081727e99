"""From an entry of a feed or a calendar to the notice or the works it makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sync.clock import midnight, stamp, today
from sync.database import Database
from sync.documents import is_expired
from sync.documents.kind import Document
from sync.documents.merge import newest
from sync.documents.notice import NOTICE
from sync.documents.works import WORKS_KIND
from sync.errors import Invalid
from sync.imports.errors import SetAside
from sync.imports.outcome import Left, Noun, Outcome
from sync.imports.store import save
from sync.imports.targets import Words

WORKS: Final = Noun("annonce de travaux", "annonces de travaux", True)
NEWS: Final = Noun("actualité", "actualités", True)
TITLE: Final = 200
TEXT: Final = 6000
NAME: Final = 120
YEARS: Final = range(1990, 2101)
"""A date outside is a mistake of the source."""


@dataclass(frozen=True)
class Entry:
    """One thing that is announced. ``key`` is natural, ``at`` the source's own date.

    ``starts`` and ``ends`` (not included) are aware, or None; ``source`` is {"name"} and "url".
    """

    key: str
    at: datetime
    title: str
    text: str
    lang: str
    words: Words
    source: dict[str, str]
    starts: datetime | None = None
    ends: datetime | None = None
    all_day: bool = False


def compose(entry: Entry) -> Document:
    """The document that ``entry`` makes: works where it says so and when, else a notice.

    Neither ``from`` nor a fetch time: two halls make the same one. Raises :class:`SetAside`.
    """
    if not entry.title:
        raise SetAside("sans titre")
    span = _span(entry)
    shared: dict[str, Any] = {
        "at": stamp(entry.at),
        "audience": entry.words.audience or "public",
        "title": entry.title,
        "channel": entry.words.speaker or "landlord",
        "lang": entry.lang,
        "to": list(entry.words.to),
        "text": entry.text,
        "source": entry.source or None,
        **span,
    }
    try:
        if entry.words.works and span:
            return WORKS_KIND.new(entry.key, what=entry.words.what or "other", **shared)
        return NOTICE.new(entry.key, until=span.get("ends", ""), **shared)
    except Invalid as error:
        raise SetAside("illisible") from error


def _span(entry: Entry) -> dict[str, Any]:
    if entry.starts is None:
        return {}
    ends = entry.ends or entry.starts
    if ends < entry.starts:
        raise SetAside("finit avant de commencer")
    if ends == entry.starts:
        ends = midnight(today(entry.starts) + timedelta(days=1))
    if {entry.starts.year, ends.year} - set(YEARS):
        raise SetAside("date impossible")
    marked = {"all_day": True} if entry.all_day else {}
    return {"starts": stamp(entry.starts), "ends": stamp(ends), **marked}


def publish(
    database: Database, documents: Iterable[Document], left: Sequence[Left], now: datetime
) -> Outcome:
    """Write what was composed, leaving out what is over, or said twice; count it all."""
    fresh: dict[str, Document] = {}
    aside = list(left)
    for document in documents:
        if is_expired(document, now):
            aside.append(Left(document["title"], "date passée"))
            continue
        if document["_id"] in fresh:
            aside.append(Left(document["title"], "dite deux fois"))
        said = [fresh[document["_id"]]] if document["_id"] in fresh else []
        fresh[document["_id"]] = newest([document, *said], now)
    news = [document for document in fresh.values() if document["kind"] == NOTICE.name]
    works = [document for document in fresh.values() if document["kind"] == WORKS_KIND.name]
    tallies = (
        save(database, works, WORKS),
        save(database, news, NEWS),
    )
    _forget_others(database, fresh)
    return Outcome(tallies, tuple(aside))


def _forget_others(database: Database, fresh: dict[str, Document]) -> None:
    """An entry that became works, or was works before, does not stand there twice."""
    other = {NOTICE.name: WORKS_KIND, WORKS_KIND.name: NOTICE}
    ids = [other[d["kind"]].id(id.partition(":")[2]) for id, d in fresh.items()]
    for document in database.many("estate", [id for id in ids if id not in fresh]):
        if document is not None:
            database.delete("estate", document)
