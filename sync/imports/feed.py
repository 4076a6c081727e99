"""News and works from RSS 2.0 or Atom, by feedparser."""

import html
import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import feedparser

from sync.clock import ESTATE, midnight
from sync.database import Database
from sync.documents.key import natural
from sync.documents.kind import LANGUAGE, Document
from sync.imports.announce import NAME, TEXT, TITLE, YEARS, Entry, compose, publish
from sync.imports.atlas import Atlas, read_places
from sync.imports.errors import ImportRefused, SetAside
from sync.imports.outcome import Left, Outcome
from sync.imports.plain import from_markup, line, tidy
from sync.imports.shift import Shift, shift_to
from sync.imports.source import Source, read
from sync.imports.targets import SPEAKERS, Words, asked_for, read_words

MEGABYTES: Final = 5
ENTRIES: Final = 500
XML: Final = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))

Parsed = Mapping[str, Any]


@dataclass(frozen=True)
class Feed:
    """What all entries of a feed share. ``identity``: its own word for itself."""

    identity: str
    name: str
    lang: str
    words: Words
    shift: Shift
    atlas: Atlas
    rss: bool


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
    """Import the feed at ``source``, a file or an http(s) address.

    For a feed that does not say so itself: ``origin`` is who speaks ("gardien", "bailleur",
    "mairie", "ville"; the landlord if nobody says), ``to`` the place concerned; ``name`` replaces
    its title. An entry that cannot be used is left out and counted. Raises
    :class:`sync.imports.errors.ImportRefused` before anything is written.
    """
    parsed = parse(read(source, MEGABYTES))
    atlas = read_places(database)
    feed = _feed(parsed, atlas, shift_to(now, shift_from), name, source)
    said = Words(speaker=SPEAKERS.get(origin, ""), to=asked_for(to, atlas))
    feed = replace(feed, words=feed.words.over(said))
    left: list[Left] = []
    return publish(database, list(_documents(parsed, feed, left)), left, now)


def parse(source: Source) -> Parsed:
    """The feed in ``source``, which must be one, and whole."""
    if b"<!ENTITY" in source.data:
        raise ImportRefused("Ce fil contient des définitions interdites.", source=source.name)
    parsed: Parsed = feedparser.parse(
        io.BytesIO(_numbered(source.data)), sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version"):
        page = b"<html" in source.data[:4096].lower()
        said = "C’est une page web, pas" if page else "Ce n’est pas"
        raise ImportRefused(f"{said} un fil d’informations.", source=source.name)
    fault = parsed.get("bozo_exception")
    if parsed.get("bozo") and not isinstance(fault, _HARMLESS):
        place = getattr(fault, "getLineNumber", lambda: None)()
        said = "Le fil s’arrête au milieu, ou est abîmé."
        raise ImportRefused(said, line=place, source=source.name)
    if len(parsed["entries"]) > ENTRIES:
        said = f"Ce fil a plus de {ENTRIES} nouvelles."
        raise ImportRefused(said, source=source.name)
    return parsed


_HARMLESS: Final = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def _numbered(data: bytes) -> bytes:
    """``data`` with HTML's names of characters, which XML does not know, as numbers."""

    def number(match: re.Match[bytes]) -> bytes:
        found = html.unescape(match[0].decode("ascii"))
        known = match[1] not in XML and len(found) == 1
        return b"&#%d;" % ord(found) if known else match[0]

    return re.sub(rb"&([A-Za-z][A-Za-z0-9]{1,30});", number, data)


def _feed(parsed: Parsed, atlas: Atlas, shift: Shift, name: str, source: str) -> Feed:
    feed = parsed["feed"]
    links = feed.get("links", [])
    own = next((link.get("href", "") for link in links if link.get("rel") == "self"), "")
    title = _plain(feed.get("title_detail"), NAME, parsed["version"].startswith("rss"))
    try:
        words = read_words(_categories(feed), atlas)
    except SetAside as error:
        said = f"Le fil entier concerne un {error}."
        raise ImportRefused(said, source=source) from error
    return Feed(
        identity=feed.get("id") or own or feed.get("link") or title,
        name=name or title,
        lang=language(feed.get("language")),
        words=words,
        shift=shift,
        atlas=atlas,
        rss=parsed["version"].startswith("rss"),
    )


def _documents(parsed: Parsed, feed: Feed, left: list[Left]) -> Iterator[Document]:
    for item in parsed["entries"]:
        try:
            yield compose(_entry(item, feed))
        except SetAside as error:
            left.append(Left(line(str(item.get("title", "")), TITLE), str(error)))


def _entry(item: Parsed, feed: Feed) -> Entry:
    at = _published(item)
    title = _plain(item.get("title_detail"), TITLE, feed.rss).replace("\n", " ")
    starts, all_day = _instant(item.get("ev_startdate", ""))
    ends, until_day = _instant(item.get("ev_enddate", ""))
    ends = midnight(ends.date() + timedelta(days=1)) if ends and until_day else ends
    link = str(item.get("link", ""))
    url = {"url": link} if re.fullmatch(r"https?://\S{1,500}", link) else {}
    return Entry(
        key=natural("feed", feed.identity, item.get("id") or link or f"{title} {at.isoformat()}"),
        at=feed.shift.at(at),
        title=title,
        text=_plain(_body(item), TEXT, feed.rss),
        lang=feed.lang,
        words=read_words(_categories(item), feed.atlas).over(feed.words),
        source={"name": feed.name, **url} if feed.name else {},
        starts=feed.shift.at(starts) if starts else None,
        ends=feed.shift.at(ends) if ends else None,
        all_day=all_day and (until_day or ends is None),
    )


def _categories(item: Parsed) -> list[str]:
    return [str(tag.get("term") or "") for tag in item.get("tags", [])]


def _published(item: Parsed) -> datetime:
    dates = dict(item)  # feedparser's own warns when it looks for one date under another's name
    for parts in (dates.get("published_parsed"), dates.get("updated_parsed")):
        if parts and parts[0] in YEARS:
            return datetime.fromtimestamp(timegm(parts), UTC)
    raise SetAside("sans date")


def _instant(text: str) -> tuple[datetime | None, bool]:
    """The instant of an ISO 8601 date or time, the estate's where it has no offset; if a day."""
    if not text:
        return None, False
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):
            return midnight(date.fromisoformat(text.strip())), True
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise SetAside("date illisible") from error
    return found if found.tzinfo else found.replace(tzinfo=ESTATE), False


def _body(item: Parsed) -> Parsed | None:
    whole = item.get("content") or [item.get("summary_detail")]
    found: Parsed | None = whole[0]
    return found


def _plain(detail: Parsed | None, most: int, rss: bool) -> str:
    """The text of a title or a body. RSS has markup anywhere without saying so; Atom says it."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    marked = "html" in str(detail.get("type"))
    if detail.get("type") == "text/plain" and rss:
        marked = bool(re.search(r"<[A-Za-z/!]", value))
    if marked and "<" not in value:
        return tidy(html.unescape(value), most)
    return from_markup(value, most) if marked else tidy(value, most)


def language(text: object) -> str:
    """The code of a language, as far as ``text`` is one; else French."""
    code = str(text or "").strip().replace("_", "-")
    code = code[:3].lower() + code[3:]
    return code if re.match(LANGUAGE["pattern"], code) else "fr"
