"""The errors of the portal; a page for each is made in one place."""


class KioskError(Exception):
    """The base of every error of this package."""
