"""How long a visit still lasts, one touch that prolongs it, and its end."""

from kiosk.page import Page
from kiosk.pages.visit.routes import blueprint

PAGE = Page("/visit", "", "clock", "anyone", blueprint)
