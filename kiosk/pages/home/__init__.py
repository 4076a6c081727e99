"""The first page: what matters today, what one can do."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.home.routes import blueprint

PAGE = Page("/", _l("Accueil"), "home", "anyone", blueprint)
