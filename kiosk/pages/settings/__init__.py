"""How the screen looks and sounds: language, size, colours, rate of speech."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.settings.routes import blueprint

PAGE = Page("/settings/", _l("Régler l’écran"), "settings", "anyone", blueprint)
