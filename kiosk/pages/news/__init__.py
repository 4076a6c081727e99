"""News of one's residence, of the landlord, the sector town hall and the commune."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.news.routes import blueprint

PAGE = Page("/news/", _l("Nouvelles"), "news", "anyone", blueprint)
