"""The portal: a Flask application made from a node's configuration and the folders of pages."""

import importlib
import json
import pkgutil
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from flask import Flask, g, request, url_for
from flask_babel import Babel
from flask_htmx import HTMX
from jinja2 import FileSystemLoader

from i18n import dates
from kiosk import answers, cookies, security, tongue, words
from kiosk.access.sessions import IDLE, Sessions, boot_id
from kiosk.access.verify import Verifier
from kiosk.arrival import Arrivals
from kiosk.config import Config
from kiosk.drafts import Drafts
from kiosk.frame import frame, look_url
from kiosk.line import Line
from kiosk.live import Live
from kiosk.membership.hosting import Hosting
from kiosk.membership.signing import Pen
from kiosk.naming import short_name
from kiosk.page import Page
from kiosk.services import Services
from kiosk.visits import PASSING, Visits
from sync.database import Database
from sync.estate import Estate
from sync.mesh.identity.witness import witness_of
from sync.reach import Lookout
from sync.time.hybrid import Hybrid
from voice.client import Voice

HERE: Final = Path(__file__).parent
STATIC: Final = HERE.parent / "static"

HTMX_CONFIG: Final = {
    "defaultSettleDelay": 0,  # no key is pressed between a new page and the place of its focus
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "allowEval": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        # An error is a page too: it says what can be done now.
        {"code": "...", "swap": True},
    ],
}


def create_app(config: Config) -> Flask:
    """The portal of one node. Nothing is asked of the database yet: it may still be starting."""
    app = Flask("kiosk", static_folder=str(STATIC), static_url_path="/static")
    app.jinja_loader = FileSystemLoader(HERE)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.update(MAX_CONTENT_LENGTH=64 * 2**20, MAX_FORM_MEMORY_SIZE=2**20)
    app.extensions["residacoeur"] = _services(config)
    HTMX(app)
    services = _services_of(app)
    areas = app.extensions["residacoeur.pages"] = pages()
    arrivals = Arrivals(services, areas)
    babel = Babel(
        app,
        default_locale="fr",
        # Asks who comes: the guard's refusals too are said in the visitor's language.
        locale_selector=lambda: arrivals.know().language.locale,
    )
    tongue.speak(babel, lambda: arrivals.know().language)
    cookies.init_app(app, config.port)
    security.init_app(
        app,
        hosts=security.local_hosts(config.port),
        csrf=lambda word: services.sessions.check(
            request.cookies.get(cookies.visit_name(), ""), word
        ),
    )
    arrivals.init_app(app)
    answers.init_app(app)
    for page in areas:
        app.register_blueprint(page.blueprint)
    _furnish(app, arrivals)
    return app


def _services(config: Config) -> Services:
    database = Database(config.couch_url, config.couch_name, config.couch_password)
    witness = witness_of(config.data)
    estate = Estate(database, witness=witness)
    origin = f"{config.node.id}.{config.node.incarnation}"
    idle = timedelta(seconds=config.node.idle) if config.node.idle else IDLE[config.mode]
    sessions = Sessions(database, config.portal_key, boot_id(), {**IDLE, config.mode: idle})
    stamps = Hybrid(path=config.data / "stamps")
    lookout = Lookout(database)
    live = Live(estate.forget, lookout.forget, stamps.meet)
    visits = Visits(sessions, live, min(PASSING, idle) if config.mode == "kiosk" else None)
    drafts = Drafts(database, config.portal_key, origin)
    visits.at_end(drafts.keys.drop)
    visits.at_tick(drafts.shelf.tidy)
    return Services(
        config=config,
        database=database,
        estate=estate,
        sessions=sessions,
        verifier=Verifier(database, config.estate_key, origin),
        voice=Voice(config.runtime / "voice.sock"),
        live=live,
        visits=visits,
        drafts=drafts,
        line=Line(config.data / "line.json", config.system),
        stamps=stamps,
        lookout=lookout,
        joining=_joining(config, database, lookout),
        pen=Pen(config.data, config.egress) if witness else None,
        witness=witness,
    )


def _joining(config: Config, database: Database, lookout: Lookout) -> Hosting | None:
    """A hall of an estate makes homes, and a computer at home may become one; others do neither."""
    hosting = Hosting(config.data, config.egress, database, lookout)
    wanted = config.mode == "home" or hosting.is_member
    return hosting if config.egress and wanted else None


def _services_of(app: Flask) -> Services:
    return cast(Services, app.extensions["residacoeur"])


def pages() -> list[Page]:
    """Every page area: a folder of ``kiosk/pages`` that declares a ``PAGE``."""
    package = importlib.import_module("kiosk.pages")
    found = [
        importlib.import_module(f"kiosk.pages.{module.name}").PAGE
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return cast(list[Page], found)


def _furnish(app: Flask, arrivals: Arrivals) -> None:
    """Give templates the frame's variables, the filters and the address of each static file."""
    services = _services_of(app)

    def framed() -> dict[str, Any]:
        arrivals.know()  # an error before the visitor was known gets a page too
        return frame(services)

    app.context_processor(framed)
    app.jinja_env.globals.update(
        # Looked up once: a page names seventy pictures, and files change only with the program.
        asset=cache(lambda name: url_for("static", filename=name)),
        csrf_token=lambda: services.sessions.csrf(g.visit),
        htmx_config=json.dumps(HTMX_CONFIG, separators=(",", ":")),
        look_url=look_url,
        words=words,
    )
    app.jinja_env.filters.update(
        day=lambda when: dates.day(when, g.visitor.language),
        hour=lambda when: dates.hour(when, g.visitor.language),
        number=lambda value: dates.number(value, g.visitor.language),
        named=short_name,
    )
