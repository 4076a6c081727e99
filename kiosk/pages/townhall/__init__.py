"""The town hall of where one lives, and the town's services."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.townhall.routes import blueprint

PAGE = Page("/townhall/", _l("Ma mairie"), "townhall", "anyone", blueprint)
