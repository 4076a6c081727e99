"""The state of the node's parts, for a program that watches it."""

from kiosk.page import Page
from kiosk.pages.healthz.routes import blueprint

PAGE = Page("/healthz", "", "check", "anyone", blueprint)
