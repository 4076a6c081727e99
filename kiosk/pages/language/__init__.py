"""Every language, in its own name."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.language.routes import blueprint

PAGE = Page("/language/", _l("Langue"), "language", "anyone", blueprint)
