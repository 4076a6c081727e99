"""A resident's own computer: the code on a hall's screen, the field on the computer at home."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.join.routes import blueprint

PAGE = Page("/join/", _l("Relier mon ordinateur"), "home", "anyone", blueprint)
