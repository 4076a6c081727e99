"""The screen at rest: what people see of the portal while nobody uses it."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.rest.routes import blueprint

PAGE = Page("/rest", _l("Au repos"), "moon", "anyone", blueprint)
