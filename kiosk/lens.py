"""What the screen's camera sees of a card: the QR codes of one frame, read in memory alone.

A frame is bytes from a browser: nothing of it is written, kept or logged, whatever it holds.
"""

import time
from collections import deque
from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import Final

import zxingcpp
from PIL import Image

from kiosk.errors import KioskError
from kiosk.photos import BOMBS, TEARS, PhotoRefused

LIMIT: Final = 128 * 2**10
"""Bytes of a frame: static/js/card.js sends at most 100,000."""

SIDE: Final = 1024
"""Pixels: a card held at arm's length fills a third of 720. The worst picture of this size, all
corners of QR codes, keeps the decoder busy for half a second."""

SECOND: Final = 1.0
MOST: Final = 8
"""Frames in a second for the whole portal: a screen sends three."""

PATIENCE: Final = 1.0
"""Seconds that a frame waits for the one before it."""

FORMATS: Final = ("JPEG", "PNG")


class Busy(KioskError):
    """More frames came than are looked at: the next one may be sent a little later."""


class Lens:
    """Reads frames, one at a time. One for the portal; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turn = Lock()
        self._recent: deque[float] = deque(maxlen=MOST)

    def read(self, frame: bytes) -> list[str]:
        """The texts of the QR codes in a JPEG or PNG of at most LIMIT bytes and SIDE² pixels.

        Raises :class:`Busy`, and :class:`kiosk.photos.PhotoRefused` for what is no such picture.
        """
        if len(frame) > LIMIT:
            raise PhotoRefused("too_big")
        if not self._turn.acquire(timeout=PATIENCE):
            raise Busy
        try:
            self._pace()
            return _texts(_grey(frame))
        finally:
            self._turn.release()

    def _pace(self) -> None:
        now = self._clock()
        if len(self._recent) == MOST and now - self._recent[0] < SECOND:
            raise Busy
        self._recent.append(now)


def _grey(frame: bytes) -> Image.Image:
    """The frame's pixels; the size is judged from the header, before decoding."""
    try:
        with Image.open(BytesIO(frame), formats=FORMATS) as image:
            if max(image.size) > SIDE:
                raise PhotoRefused("too_many_pixels")
            return image.convert("L")
    except BOMBS as error:
        raise PhotoRefused("too_many_pixels") from error
    except TEARS as error:  # also what is no picture at all
        raise PhotoRefused("torn") from error


def _texts(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(
        image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return [barcode.text for barcode in found if barcode.valid]
