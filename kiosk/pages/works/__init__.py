"""Works ahead: what does not work when, what to do before, and why."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.works.routes import blueprint

PAGE = Page("/works/", _l("Travaux"), "works", "anyone", blueprint)
