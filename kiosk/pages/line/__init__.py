"""The line of this screen: since when it is cut, what works all the same, what comes later."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.line.routes import blueprint

PAGE = Page("/line", _l("La ligne"), "internet", "anyone", blueprint)
