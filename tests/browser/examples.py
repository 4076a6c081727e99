"""An address for every page of the portal: what the tests of all pages open.

``PAGES`` names the view of each route a browser may GET, as Flask calls it ("news.read"), with
addresses that show it; in braces what the demonstration's own lists lead to (``FOUND``).
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from sync.documents.key import household

AMINA: Final = household("figuiers", "figuiers-b", "31")

Who = Literal["anyone", "Amina", "Claire", "Thierry"]


class Example(NamedTuple):
    """One address, who opens it, and on which screens there is such a page."""

    path: str
    who: Who = "anyone"
    modes: tuple[str, ...] = ("home", "kiosk", "tv")


def anyone(*paths: str) -> tuple[Example, ...]:
    return tuple(Example(path) for path in paths)


def amina(*paths: str) -> tuple[Example, ...]:
    """A resident."""
    return tuple(Example(path, "Amina") for path in paths)


def claire(*paths: str) -> tuple[Example, ...]:
    """The landlord's agent, at her desk."""
    return tuple(Example(path, "Claire") for path in paths)


def thierry(*paths: str) -> tuple[Example, ...]:
    """The administrator, in whichever hall he is."""
    return tuple(Example(path, "Thierry") for path in paths)


PAGES: Final[dict[str, tuple[Example, ...]]] = {
    "home.show": anyone("/", "/?n=1") + amina("/") + claire("/"),
    "about.show": anyone("/about/"),
    "about.read": anyone("/about/accessibility", "/about/privacy?n=2", "/about/legal"),
    "about.show_map": anyone("/about/map"),
    "departures.show_all": thierry("/departures/", "/departures/?q=31"),
    "departures.show_door": thierry("{door}"),
    "departures.ask_erasure": thierry("{leaver}"),
    "departures.ask_moveout": thierry(f"/departures/{AMINA}/moveout"),
    "desk.queue": claire("/desk/", "/desk/?queue=all&q=31"),
    "desk.open_report": claire("{case}"),
    "desk.open_fault": claire("{fault}"),
    "desk.published": claire("/desk/published"),
    "desk.write": claire("/desk/publish/notice", "/desk/publish/works", "/desk/publish/emergency"),
    "drafts.ask": amina("/drafts/"),
    "emergency.show": anyone("/emergency/"),
    "halls.show_all": thierry("/halls/"),
    "halls.show": thierry("{hall}"),
    "halls.merged": thierry("/halls/merged"),
    "help.show": anyone("/help"),
    "help.show_card": anyone("{card}"),
    "help.show_people": anyone("/help/people"),
    "join.show": anyone("/join/"),
    "language.show": anyone("/language/"),
    "line.show": anyone("/line"),
    "listen.show": anyone("/listen?page=/works/"),
    "news.show": anyone("/news/"),
    "news.read": anyone("{news}"),
    "report.what": anyone("/report/") + amina("/report/"),
    "report.ask_where": anyone("/report/where?what=lift", "/report/where?what=lift&at=all")
    + amina("/report/where?what=light"),
    "report.same": anyone("/report/same?what=door&place=figuiers-b-hall"),
    "report.door": anyone("/report/door?what=bins&place=figuiers-poubelles"),
    "report.ask": amina("/report/photo?what=light&place=flat"),
    "report.words": amina("/report/words?what=light&place=flat"),
    "report.check": amina("/report/check?what=light&place=flat"),
    "report.sent": amina("{sent}"),
    "report.told": anyone("{told}"),
    "reports.show_all": amina("/reports/"),
    "reports.show": amina("{own}"),
    "settings.show": anyone("/settings/") + amina("/settings/"),
    "settings.listen": anyone("/settings/listen"),
    "settings.sample": anyone("/settings/voice"),
    "signin.show": anyone("/signin", "/signin?residence=-"),
    "signin.ask": (Example("/signin/camera", modes=("kiosk", "tv")),),
    "signin.ask_door": anyone("/signin/door?staircase=figuiers-b"),
    "signin.ask_code": anyone("/signin/code?staircase=figuiers-b&door=31"),
    "signin.ask_name": anyone("/signin/staff"),
    "townhall.show": anyone("/townhall/"),
    "townhall.show_one": anyone("{townhall}"),
    "works.show": anyone("/works/"),
    "works.read": anyone("{works}"),
    "no page": anyone("/nothing-here"),
}

NO_PAGES: Final = {
    "desk.photo": "a picture",
    "desk.sheet": "a list as CSV",
    "healthz.show": "JSON, for whoever watches the node",
    "listen.parts": "JSON, for the script that speaks",
    "listen.prompt": "a sound",
    "listen.say": "a sound",
    "listen.stream": "a sound",
    "listen.times": "JSON, for the script that speaks",
    "live.stream": "events, for a script",
    "report.resume": "leads to the step that was left",
    "report.show": "a picture",
    "reports.photo": "a picture",
    "static": "files",
    "still.show": "JSON, for the window",
    "visit.left": "JSON, for a script",
}
"""Views that show no page of their own, and what they answer instead."""

ELSEWHERE: Final = {
    "departures.erased": "tests/browser/test_departures.py",
    "departures.moved": "tests/browser/test_departures.py",
    "rest.show": "tests/browser/test_rest.py",
}
"""Views that are no page like the others, and the tests that look at them."""

FOUND: Final = {
    "card": ("/help", r"/help/(?!people)[a-z]+"),
    "case": ("/desk/?queue=all", r"/desk/h[0-9a-z]+/[0-9A-Za-z]+"),
    "door": ("/departures/?q=31", r"/departures/h[0-9a-z]+"),
    "leaver": (f"/departures/{AMINA}", r"/departures/h[0-9a-z]+/erase/[0-9a-z]+"),
    "hall": ("/halls/", r"/halls/n-[0-9a-z]+"),
    "news": ("/news/", r"/news/[^\"?]+"),
    "own": ("/reports/", r"/reports/[0-9A-Za-z]{20,}"),
    "townhall": ("/townhall/", r"/townhall/[^\"?]+"),
    "works": ("/works/", r"/works/[^\"?]+"),
}
"""The list whose first item is meant by a name in braces, and what that item's address is like."""

Fetch = Callable[[str], str]
NONE: Final[Mapping[str, str]] = MappingProxyType({})


def addresses(who: Who, mode: str, fetch: Fetch, known: Mapping[str, str]) -> list[str]:
    """The addresses that this person opens on this screen.

    ``fetch`` gives the HTML they see at one; ``known`` says what stands for "told", "fault" …
    """
    shown = [example for pages in PAGES.values() for example in pages if example.who == who]
    return [address(example.path, fetch, known) for example in shown if mode in example.modes]


def address(path: str, fetch: Fetch, known: Mapping[str, str] = NONE) -> str:
    """The path itself, or what a name in braces stands for."""
    name = path.strip("{}")
    if path == name or name in known:
        return known.get(name, path)
    if name == "sent":
        return address("{own}", fetch).replace("/reports/", "/report/sent/")
    origin, like = FOUND[name]
    main = fetch(origin).partition("<main")[2]
    found = re.search(rf'href="({like})[?"]', main)
    assert found, f"nothing in the list {origin} leads to {like}"
    return html.unescape(found[1])


def missing(views: Iterable[str]) -> list[str]:
    """What to do for each view of the portal that no test opens, and for each that is gone."""
    views, known = set(views), {*PAGES, *NO_PAGES, *ELSEWHERE}
    return [
        *(
            f'{view}: add an address that shows it to PAGES in {__name__}, as "{view}": '
            'anyone("/…"), amina("/…"), claire("/…") or thierry("/…"); '
            "if it shows no page, to NO_PAGES"
            for view in sorted(views - known)
        ),
        *(
            f"{view}: no such view any more; take it out of {__name__}"
            for view in sorted(known - views - {"no page"})
        ),
    ]
