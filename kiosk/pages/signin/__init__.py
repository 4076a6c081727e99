"""Coming in with a card or a code, and leaving."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.signin.routes import blueprint

PAGE = Page("/signin", _l("Entrer"), "card", "anyone", blueprint)
