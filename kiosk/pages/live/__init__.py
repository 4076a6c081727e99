"""The stream that tells a screen when to look again."""

from kiosk.page import Page
from kiosk.pages.live.routes import blueprint

PAGE = Page("/live", "", "clock", "anyone", blueprint)
