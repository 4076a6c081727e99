"""The structured part of documents in the reader's words: categories, states, days, places."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_timedelta
from flask import g
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from i18n import dates
from i18n.languages import Language
from kiosk.naming import listed, place_name, short_name
from kiosk.signs import SIGN as SIGN
from sync.clock import ESTATE, instant
from sync.documents.category import CUTS
from sync.documents.kind import Document

CATEGORY: Final[dict[str, LazyString]] = {
    "lift": _l("Ascenseur"),
    "water": _l("Eau"),
    "light": _l("Lumière"),
    "door": _l("Porte"),
    "heating": _l("Chauffage"),
    "toilet": _l("Toilettes"),
    "stairs": _l("Escalier"),
    "window": _l("Fenêtre"),
    "bins": _l("Poubelles"),
    "pests": _l("Nuisibles"),
    "noise": _l("Bruit"),
    "other": _l("Autre chose"),
}
CATEGORY_PICTO: Final = {name: "leak" if name == "water" else name for name in CATEGORY}

WORKS: Final[dict[str, LazyString]] = {
    "water": _l("Pas d’eau"),
    "lift": _l("Ascenseur arrêté"),
    "heating": _l("Pas de chauffage"),
    "electricity": _l("Pas d’électricité"),
    "gas": _l("Pas de gaz"),
    "internet": _l("Pas d’Internet"),
    "painting": _l("Peinture"),
    "roads": _l("Travaux dehors"),
    "cleaning": _l("Grand nettoyage"),
    "pests": _l("Traitement contre les insectes"),
    "other": _l("Travaux"),
}
WORKS_PICTO: Final = {
    **{name: name for name in WORKS},
    "water": "nowater",
    "lift": "liftout",
    "other": "works",
}

STATE: Final[dict[str, LazyString]] = {
    "sent": _l("Envoyé"),
    "received": _l("Reçu par HMP"),
    "planned": _l("Réparation prévue"),
    "done": _l("C’est réparé"),
    "reopened": _l("Pas encore réparé"),
    "closed": _l("Terminé"),
}
STATE_PICTO: Final = {
    "sent": "kept",
    "received": "reached",
    "planned": "calendar",
    "done": "check",
    "reopened": "repair",
    "closed": "check",
}

DELIVERY: Final[dict[str, LazyString]] = {
    "kept": _l("Gardé ici"),
    "left": _l("Parti de ce hall"),
    "reached": _l("Arrivé chez HMP"),
    "read": _l("Lu"),
}
"""How far a report has come; the pictures have the same names."""


def delivery(state: str) -> str:
    """A step of :data:`DELIVERY`; at home nothing leaves a hall."""
    at_home = state == "left" and g.visitor.mode == "home"
    return str(gettext("Parti d’ici") if at_home else DELIVERY[state])


def photos_behind(state: str, count: int) -> str:
    """Where the photos of a report are that have come least far: they go after the words."""
    if state == "kept":
        return ngettext("La photo est gardée ici.", "%(num)s photos sont gardées ici.", count)
    if state == "left":
        return ngettext("La photo est en route.", "%(num)s photos sont en route.", count)
    return ngettext("HMP a la photo.", "HMP a les %(num)s photos.", count)


DELIVERED: Final[dict[str, LazyString]] = {
    "kept": _l("Merci. C’est gardé ici."),
    "left": _l("Merci. C’est parti."),
    "reached": _l("HMP l’a reçu."),
    "read": _l("HMP l’a lu."),
}
"""The same as the title of a page: it follows the truth."""

CHANNEL: Final[dict[str, LazyString]] = {
    "residence": _l("Ma résidence"),
    "landlord": _l("HMP"),
    "sector": _l("Mairie de secteur"),
    "commune": _l("Ville de Marseille"),
}
CHANNEL_PICTO: Final = {
    "residence": "building",
    "landlord": "keeper",
    "sector": "townhall",
    "commune": "townhall",
}

PLACE_PICTO: Final = {
    "residence": "building",
    "staircase": "stairs",
    "hall": "hall",
    "shared": "pin",
    "townhall": "townhall",
    "office": "reached",
    "service": "building",
}


def place_picto(place: Document) -> str:
    """The picture of a place; of a service that is only called, a telephone."""
    only_called = "phone" in place and "address" not in place
    return "phone" if place["type"] == "service" and only_called else PLACE_PICTO[place["type"]]


LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=ESTATE)
"""No day that is announced is near this one: it is then said by its own name."""


def local_day(when: date | datetime) -> date:
    """The estate's calendar day of an instant; a day is itself."""
    return when.astimezone(ESTATE).date() if isinstance(when, datetime) else when


def near_day(when: date | datetime, now: datetime, language: Language) -> str:
    """A day as people say it: "aujourd’hui", "demain", else with its name."""
    day = local_day(when)
    away = (day - local_day(now)).days
    if away in (-1, 0, 1):
        return (gettext("hier"), gettext("aujourd’hui"), gettext("demain"))[away + 1]
    return dates.day(day, language)


def span(starts: datetime, ends: datetime, all_day: bool, now: datetime, lang: Language) -> str:
    """When works are: "demain, de 9 h à 12 h", "du lundi 2 … au mercredi 4 …"."""
    first, last = starts.astimezone(ESTATE), ends.astimezone(ESTATE)
    final = last - timedelta(days=1) if all_day else last
    if first.date() != final.date():
        return gettext(
            "du %(first)s au %(last)s",
            first=dates.day(first, lang),  # "du demain" is not French
            last=dates.day(final, lang),
        )
    day = near_day(first, now, lang)
    if all_day:
        return gettext("%(day)s, toute la journée", day=day)
    return gettext(
        "%(day)s, de %(start)s à %(end)s",
        day=day,
        start=dates.hour(first, lang),
        end=dates.hour(last, lang),
    )


def moment(when: datetime, now: datetime, language: Language) -> str:
    """An instant that is past: "aujourd’hui à 9 h 30"."""
    local = when.astimezone(ESTATE)
    return gettext(
        "%(day)s à %(hour)s",
        day=near_day(local, now, language),
        hour=dates.hour(local, language),
    )


def neighbours(count: int) -> str:
    """How many households have the same trouble."""
    return ngettext("%(num)s foyer l’a dit", "%(num)s foyers l’ont dit", count)


def works_what(works: Document) -> str:
    """What works touch, in the reader's language: "Pas d’eau"."""
    return str(WORKS[works["what"]])


def works_where(works: Document, places: Mapping[str, Document]) -> str:
    """Where works are: short for who lives there, whole for others; "" when everywhere."""
    mine = set(g.visitor.places)
    to = [slug for slug in works.get("to", []) if slug in mine] or works.get("to", [])[:2]
    return listed(
        short_name(places[slug]) if slug in mine and slug in places else place_name(places, slug)
        for slug in to
    )


def works_when(works: Document) -> str:
    """When works are, for the visitor of this request."""
    starts, ends = instant(works["starts"]), instant(works["ends"])
    return span(starts, ends, works.get("all_day", False), g.now, g.visitor.language)


def more_times(count: int) -> str:
    """How often works come back: "et 3 autres fois"."""
    return str(ngettext("et %(num)s autre fois", "et %(num)s autres fois", count))


def works_dates(works: Document) -> str:
    """When works are, each day by its own name: "mardi 24 novembre, de 9 h à 12 h"."""
    starts, ends = instant(works["starts"]), instant(works["ends"])
    return span(starts, ends, works.get("all_day", False), LONG_AGO, g.visitor.language)


def works_headline(works: Document) -> str:
    """What and, of works still ahead, on which day: "Pas d’eau demain"."""
    starts = instant(works["starts"])
    if starts <= g.now:
        return works_what(works)
    day = near_day(starts, g.now, g.visitor.language)
    return gettext("%(what)s %(day)s", what=works_what(works), day=day)


def is_near(works: Document) -> bool:
    """Whether works cannot wait: they begin today or tomorrow, or take something away now."""
    days = (local_day(instant(works["starts"])) - local_day(g.now)).days
    return 0 <= days <= 1 or (days < 0 and works["what"] in CUTS)


def own_waiting(count: int) -> str:
    """How many things of one's own have not left this machine."""
    return ngettext(
        "Un de vos messages attend ici.", "%(num)s de vos messages attendent ici.", count
    )


def ago(when: datetime) -> str:
    """How long ago something was, in one unit: "il y a 3 minutes"."""
    past = min(when - g.now, timedelta(seconds=-1))
    return format_timedelta(past, add_direction=True, locale=g.visitor.language.locale)


def since(when: datetime, language: Language | None = None) -> str:
    """What comes after "depuis": "14 h 05", "hier à 14 h 05"; for the visitor, or in a language."""
    spoken = language or g.visitor.language
    if local_day(when) == local_day(g.now):
        return dates.hour(when.astimezone(ESTATE), spoken)
    return moment(when, g.now, spoken)


def said_at(stamp: str) -> str:
    """When something was said, for the visitor of this request."""
    return moment(instant(stamp), g.now, g.visitor.language)


def said_when(stamp: str) -> str:
    """Shortly when something was: the hour where it was today, else the day."""
    when = instant(stamp)
    if local_day(when) == local_day(g.now):
        return dates.hour(when.astimezone(ESTATE), g.visitor.language)
    return near_day(when, g.now, g.visitor.language)


def said_on(stamp: str) -> str:
    """The day on which something was said or will be, for the visitor of this request."""
    when = date.fromisoformat(stamp) if len(stamp) == 10 else instant(stamp)
    return near_day(when, g.now, g.visitor.language)


def for_you(document: Document, places: Mapping[str, Document], own: Iterable[str]) -> str:
    """The nearest of the reader's ``own`` homes that it is for, by its short name; else ""."""
    to = document.get("to", [])
    known = (places[slug] for slug in own if slug in to and slug in places)
    return next((short_name(d) for d in known if d["type"] in ("staircase", "residence")), "")


def speaker(document: Document) -> str:
    """Who says it: the source's own name, else the channel in the reader's language."""
    return str(document.get("source", {}).get("name") or CHANNEL[document["channel"]])


def time_left(until: datetime, now: datetime, language: Language) -> str:
    """How long until an instant, in the one unit that people would use: "dans 15 heures".

    Two of a unit at least, so that what counts in hours is said in hours: "dans 47 heures".
    """
    return format_timedelta(until - now, add_direction=True, threshold=2, locale=language.locale)


def hour_mark(hour: int) -> str:
    """A full hour of the day, 0 to 24, as a mark beside others: "9 h"."""
    return dates.hour(datetime(2000, 1, 1, hour % 24), g.visitor.language)
