"""The names of the portal's cookies: here alone.

Browsers keep cookies by host and ignore the port (RFC 6265 section 8.5), so that two nodes on one
machine would sign each other out: the port is part of the names.
"""

from flask import Flask, current_app


def init_app(app: Flask, port: int) -> None:
    """Name the cookies of the portal that serves ``port``."""
    app.config["PORTAL_PORT"] = port


def name(word: str, port: int) -> str:
    """The name of a cookie of the portal on ``port``; ``word``: "visit" or "look"."""
    return f"{word}-{port}"


def visit_name() -> str:
    """The cookie that names a visit: a session's token, or a passer-by's, which opens nothing."""
    return name("visit", current_app.config["PORTAL_PORT"])


def look_name() -> str:
    """The cookie that says how the screen is set."""
    return name("look", current_app.config["PORTAL_PORT"])
