"""What one has reported: how far it has come, what the landlord answers."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.reports.routes import blueprint

PAGE = Page("/reports/", _l("Mes demandes"), "message", "resident", blueprint)
