"""What is cut, if anything: derived from what the mesh finds and from this machine's own line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from i18n.languages import Language
from kiosk import words
from kiosk.line import Weather
from kiosk.services import Services
from sync.reach import Fact, Reach

Cut = Literal["line", "internet", "landlord", "hall", "home"]
"""This machine's own line, where it is the only machine; the way out of the estate; the landlord;
a hall, or a home computer, that reaches nobody."""

SAID: Final[dict[Cut, LazyString]] = {
    "line": _l("La ligne est coupée depuis %(when)s."),
    "internet": _l("Pas d’Internet depuis %(when)s."),
    "landlord": _l("La ligne vers HMP est coupée depuis %(when)s."),
    "hall": _l("Ce hall est seul depuis %(when)s."),
    "home": _l("La ligne vers votre hall est coupée depuis %(when)s."),
}


@dataclass(frozen=True)
class Outage:
    """The widest thing that is cut, and since when; ``next``: when it is tried again, if known."""

    cut: Cut
    since: datetime
    next: datetime | None = None

    def said(self, language: Language | None = None) -> str:
        """The one sentence of it, for the visitor of this request or in the language that is
        being spoken, which ``language`` then names."""
        return str(SAID[self.cut]) % {"when": words.since(self.since, language)}


def cut_at(services: Services, now: datetime) -> Outage | None:
    """What is cut at ``now``, as far as this machine knows."""
    home = "home" in services.config.node.roles
    return outage(services.line.weather(now), services.lookout.reach(), now, home=home)


def outage(
    weather: Weather | None, reach: Reach | None, now: datetime, *, home: bool
) -> Outage | None:
    """What is cut at ``now``; None when all is well, or nobody can know.

    A cable that is out is seen here at once, and by the mesh a little later. ``home``: whether this
    is a home computer.
    """
    own = weather if weather and not weather.up else None
    if reach is None:
        return Outage("line", own.since) if own else None
    cuts: tuple[tuple[Cut, Fact | Weather | None], ...] = (
        ("home" if home else "hall", _if(reach.alone, up=True)),
        ("landlord", _if(reach.landlord, up=False)),
        ("internet", _if(reach.internet, up=False) or own),
    )
    found = next(((cut, fact) for cut, fact in cuts if fact), None)
    return Outage(found[0], min(found[1].since, now), reach.next) if found else None


def _if(fact: Fact | None, *, up: bool) -> Fact | None:
    return fact if fact and fact.up is up else None
