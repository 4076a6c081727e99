"""Every page, aloud: what is shown is what is said, sentence by sentence."""

from flask_babel import lazy_gettext as _l

from kiosk.page import Page
from kiosk.pages.listen.routes import blueprint

PAGE = Page("/listen", _l("Écouter"), "listen", "anyone", blueprint)
