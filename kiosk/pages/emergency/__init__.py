"""Whom to call in an emergency."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.emergency.routes import blueprint

PAGE = Page("/emergency/", _l("Urgences"), "emergency", "anyone", blueprint)
