"""What someone was writing when their visit ended: to go on with, or to be deleted."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.drafts.routes import blueprint

PAGE = Page("/drafts/", _l("Votre brouillon"), "write", "resident", blueprint)
