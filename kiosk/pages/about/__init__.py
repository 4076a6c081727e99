"""What the law wants said of accessibility, data and who publishes; and the map of all pages."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.about.routes import blueprint

PAGE = Page("/about/", _l("À propos"), "heart", "anyone", blueprint)
