"""All halls from any of them: which are heard, what each lacks, what was merged."""

from flask_babel import lazy_gettext as _l

import kiosk.pages.halls.merged  # noqa: F401, it adds its address to the blueprint
from kiosk.page import Page
from kiosk.pages.halls.routes import blueprint

PAGE = Page("/halls/", _l("Tous les halls"), "building", "landlord", blueprint)
