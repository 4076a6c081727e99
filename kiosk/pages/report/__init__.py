"""Saying that something is broken, dirty or noisy: by pictures, in five screens at most."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.report.routes import blueprint

PAGE = Page("/report/", _l("Signaler un problème"), "repair", "anyone", blueprint)
