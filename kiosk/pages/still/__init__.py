"""What the window keeps for the day when no page can be shown."""

from kiosk.page import Page
from kiosk.pages.still.routes import blueprint

PAGE = Page("/still", "", "keeper", "anyone", blueprint)
"""``/still``: JSON, whom to tell that this screen is broken."""
