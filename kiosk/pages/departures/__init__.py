"""Who leaves: a person erased from every hall, a household that moves out; signed, followed."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.departures.routes import blueprint

PAGE = Page("/departures/", _l("Départs et effacements"), "leave", "administrator", blueprint)
