"""Help: a few cards in few words, and the people who help."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.help.routes import blueprint

PAGE = Page("/help", _l("Aide"), "help", "anyone", blueprint)
