"""What the landlord announces: what each form must hold, which document it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from kiosk.pages.desk.answer import ULID
from sync.clock import ESTATE, stamp
from sync.documents.category import WORKS
from sync.documents.emergency import EMERGENCY
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.notice import NOTICE
from sync.documents.works import WORKS_KIND

KINDS: Final = {"notice": NOTICE, "works": WORKS_KIND, "emergency": EMERGENCY}
AUDIENCES: Final = ("public", "residents")
TITLE: Final = {"notice": 200, "works": 200, "emergency": 120}
TEXT: Final = {"notice": 6000, "works": 6000, "emergency": 600}
MOST: Final = 40
"""Places that one announcement names; more are everyone."""

FURTHEST: Final = timedelta(days=2 * 366)
"""Further ahead a date is a slip of the hand."""


@dataclass(frozen=True)
class Draft:
    """An announcement as it was typed; ``touched`` is what works touch, hours as "2026-11-24T09:00"
    on the estate's clock."""

    kind: str
    key: str
    title: str = ""
    text: str = ""
    audience: str = AUDIENCES[0]
    to: tuple[str, ...] = ()
    touched: str = ""
    starts: str = ""
    ends: str = ""
    until: str = ""


def blank(kind: str) -> Draft:
    """A form as it is drawn."""
    return Draft(kind, fresh())


def typed(kind: str, form: Mapping[str, str], to: Sequence[str]) -> Draft:
    """The announcement in a form that was sent; ``to``: the slugs that were ticked."""
    names = ("title", "text", "touched", "starts", "ends", "until")
    words = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in names}
    key, audience = form.get("key", ""), form.get("audience", "")
    return Draft(
        kind=kind,
        key=key if ULID.fullmatch(key) else fresh(),
        audience=audience if audience in AUDIENCES else AUDIENCES[0],
        to=tuple(dict.fromkeys(to)),
        **words,
    )


def homes(places: Mapping[str, Document]) -> dict[str, list[str]]:
    """Whom one may write to: each residence with its staircases, by slug."""
    found: dict[str, list[str]] = {s: [] for s, p in places.items() if p["type"] == "residence"}
    for slug, place in sorted(places.items()):
        if place["type"] == "staircase" and place.get("parent") in found:
            found[place["parent"]].append(slug)
    return found


def faults(
    draft: Draft, places: Mapping[str, Document], now: datetime, within: str = ""
) -> dict[str, str]:
    """What is wrong with a draft: by field, one word for it. Empty when nothing is.

    ``within``: the residence outside of which it may name no place; "" for none.
    """
    wrong = {
        "title": _title(draft),
        "text": "long" if len(draft.text) > TEXT[draft.kind] else "",
        "to": _to(draft, places, within),
        "touched": "missing" if draft.kind == "works" and draft.touched not in WORKS else "",
        **(_span(draft, now) if draft.kind == "works" else {}),
        "until": _until(draft, now) if draft.kind != "works" else "",
    }
    return {field: word for field, word in wrong.items() if word}


def _title(draft: Draft) -> str:
    if not draft.title:
        return "missing"
    return "long" if len(draft.title) > TITLE[draft.kind] else ""


def _to(draft: Draft, places: Mapping[str, Document], within: str) -> str:
    inside = (within, *homes(places).get(within, ())) if within else places
    known = all(slug in inside for slug in draft.to)
    return "" if known and len(draft.to) <= MOST else "unknown"


def _span(draft: Draft, now: datetime) -> dict[str, str]:
    starts, ends = _hour(draft.starts), _hour(draft.ends)
    wrong = {
        "starts": "" if starts else "missing",
        "ends": "" if ends else "missing",
    }
    if starts and ends:
        if ends <= starts:
            wrong["ends"] = "before"
        elif ends <= now:
            wrong["ends"] = "past"
        elif ends - now > FURTHEST:
            wrong["ends"] = "far"
    return wrong


def _until(draft: Draft, now: datetime) -> str:
    until = _hour(draft.until)
    if until is None:
        return "missing" if draft.until else ""
    if until <= now:
        return "past"
    return "far" if until - now > FURTHEST else ""


def _hour(text: str) -> datetime | None:
    try:
        hour = datetime.fromisoformat(text).replace(tzinfo=ESTATE)
        stamp(hour)
    except (ValueError, OverflowError):  # no hour, or one before the calendar begins
        return None
    return hour


def document(draft: Draft, *, channel: str, at: str, by: str, origin: str) -> Document:
    """The document that a draft without faults makes; ``channel``: who speaks in it."""
    shared: dict[str, Any] = {
        "at": at,
        "by": by,
        "origin": origin,
        "lang": "fr",
        "title": draft.title,
        "text": draft.text,
        "to": list(draft.to),
        "until": _stamp(draft.until) if draft.kind != "works" else "",
    }
    if draft.kind == "emergency":
        return EMERGENCY.new(draft.key, **shared)
    shared = {**shared, "audience": draft.audience, "channel": channel}
    if draft.kind == "notice":
        return NOTICE.new(draft.key, **shared)
    hours = {"starts": _stamp(draft.starts), "ends": _stamp(draft.ends)}
    return WORKS_KIND.new(draft.key, what=draft.touched, **shared, **hours)


def _stamp(text: str) -> str:
    hour = _hour(text)
    return stamp(hour) if hour else ""
