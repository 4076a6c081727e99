"""The landlord's desk: what is reported, what is answered, what is announced."""

from flask_babel import lazy_gettext as _l

import kiosk.pages.desk.answering
import kiosk.pages.desk.publishing
import kiosk.pages.desk.routes
import kiosk.pages.desk.sheet
import kiosk.pages.desk.threshold  # noqa: F401, these five add their addresses to the blueprint
from kiosk.page import Page
from kiosk.pages.desk.desk import blueprint

PAGE = Page("/desk/", _l("Bureau"), "message", "landlord", blueprint)
