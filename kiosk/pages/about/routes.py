"""The legal texts and the map of the portal, over HTTP."""

from typing import Any, Final, cast

from babel.dates import format_timedelta
from babel.numbers import format_percent
from flask import Blueprint, abort, current_app, render_template, request

from i18n import dates
from kiosk import conformity
from kiosk.access.sessions import IDLE
from kiosk.arrival import UNTOUCHED
from kiosk.page import Page
from kiosk.pager import begin, pager
from kiosk.pages.about.editor import Editor, editor
from kiosk.pages.about.texts import NAMED, OFFICER, SOURCE, TEXTS, UNNAMED, Contact, Section
from kiosk.services import services, visitor

blueprint = Blueprint("about", __name__)

OPEN: Final = frozenset({"anyone", "resident"})
"""Whose pages the map shows to everybody."""

ASIDE: Final = UNTOUCHED | {"drafts", "rest"}
"""Areas one does not go to by oneself: sound and streams, a form left over, the screen at rest."""

SECTIONS: Final = {
    "kiosk": {"normal": 2, "large": 2, "huge": 1},
    "tv": {"normal": 1, "large": 1, "huge": 1},
}
"""How many sections stand on one screen; a home computer shows them all, to search and to print."""

ROOM: Final = {
    "kiosk": {"normal": 18, "large": 12, "huge": 6},
    "tv": {"normal": 18, "large": 12, "huge": 4},
    "home": {"normal": 24, "large": 24, "huge": 24},
}
"""How many pages of the map stand on one screen."""


@blueprint.get("/about/")
def show() -> str:
    """The texts by name, under the words that say how accessible the portal is."""
    return render_template("pages/about/about.html", texts=TEXTS)


@blueprint.get("/about/<name>")
def read(name: str) -> str:
    """One text, some sections at a time."""
    if name not in TEXTS:
        abort(404)
    publisher = _publisher()
    sections = _sections(name, publisher)
    limit = SECTIONS.get(visitor().mode, {}).get(visitor().look.size, len(sections))
    skip = begin(request, limit)
    return render_template(
        "pages/about/text.html",
        text=TEXTS[name],
        sections=sections[skip : skip + limit],
        values=_values(publisher),
        publisher=_reached(publisher),
        pager=pager(request, skip, limit, more=len(sections) > skip + limit),
        back="/about/",
    )


@blueprint.get("/about/map")
def show_map() -> str:
    """Every page one may open, by the picture and the name that it declares."""
    ways = [(page.url, page.picto, page.title) for page in _pages()]
    ways += [(f"/about/{name}", text.picto, text.title) for name, text in TEXTS.items()]
    limit = ROOM[visitor().mode][visitor().look.size]
    skip = begin(request, limit)
    return render_template(
        "pages/about/map.html",
        ways=ways[skip : skip + limit],
        pager=pager(request, skip, limit, more=len(ways) > skip + limit),
        back="/about/",
    )


def _pages() -> list[Page]:
    """The pages for who is here: those for residents too, since one may enter on the way."""
    known = cast(list[Page], current_app.extensions["residacoeur.pages"])
    shown = [page for page in known if page.title and page.blueprint.name not in ASIDE]
    who = visitor()
    may = {*OPEN, *(["landlord"] if who.is_landlord else [])}
    may |= {"administrator"} if who.is_administrator else set()
    own = [page for page in shown if page.who in may]
    return sorted(own, key=lambda page: (page.url != "/", page.who not in OPEN))


def _publisher() -> Editor:
    return editor(services().config.data / "node.json", services().estate.places())


def _sections(name: str, publisher: Editor) -> list[Section]:
    """The sections of a text, each with what is said once the publisher has told it."""
    more = {
        ("legal", 0): NAMED if publisher.director else UNNAMED,
        ("legal", 2): SOURCE if publisher.source else None,
        ("privacy", 0): OFFICER if publisher.officer else None,
    }
    return [
        section._replace(sentences=(*section.sentences, last)) if last else section
        for number, section in enumerate(TEXTS[name].sections)
        for last in [more.get((name, number))]
    ]


def _values(publisher: Editor) -> dict[str, Any]:
    config, language = services().config, visitor().language
    return {
        "editor": publisher.name,
        "director": publisher.director,
        "officer": publisher.officer,
        "source": publisher.source,
        "node": config.node.name,
        "reference": conformity.REFERENCE,
        "rate": format_percent(int(conformity.rate() * 100) / 100, locale=language.locale),
        "day": dates.day(conformity.LOOKED_ON, language),
        "idle": format_timedelta(config.node.idle or IDLE[config.mode], locale=language.locale),
    }


def _reached(publisher: Editor) -> tuple[Contact, ...]:
    """How to reach the publisher, as far as it is told."""
    ways = (
        Contact("message", publisher.address),
        Contact("phone", publisher.phone),
        Contact("internet", publisher.mail),
    )
    return tuple(way for way in ways if way.text)
