"""How long one waits for a database that hangs: once, not once for each question of a page."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as BrokenConnection
from requests.exceptions import ReadTimeout

PAUSE: Final = 2.0
"""Seconds after a question without an answer for which no other is asked."""


class Impatient(HTTPAdapter):
    """Sends requests; for a moment after one had no answer in time, refuses the next at once.

    A page asks several questions, one after the other. Where the database is frozen, each of them
    would wait as long as the first. Each thread for itself: one slow question is no silence.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._own = threading.local()

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """As HTTPAdapter; ``requests.exceptions.ConnectionError`` while the moment lasts."""
        if self._clock() - getattr(self._own, "silent", -PAUSE) < PAUSE:
            raise BrokenConnection("no answer a moment ago", request=request)
        try:
            return super().send(request, *args, **options)
        except ReadTimeout:
            self._own.silent = self._clock()
            raise
