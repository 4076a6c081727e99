"""Photos as they come from a telephone, made into pictures that are safe to keep and to show.

What is kept was drawn anew from pixels: nothing of the file that came survives, above all not the
place and the time that cameras write into it.
"""

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from threading import Lock
from typing import BinaryIO, Final, Literal

from PIL import Image, ImageOps

from kiosk.errors import KioskError

Reason = Literal["too_big", "too_many_pixels", "not_a_picture", "format", "torn"]

LIMIT: Final = 30 * 2**20
"""Bytes: a telephone's largest photos stay under it, and a kiosk reads that much into memory."""

PIXELS: Final = {"JPEG": 50 * 2**20, "PNG": 24 * 2**20, "WEBP": 24 * 2**20, "GIF": 24 * 2**20}
"""Telephones of "50 megapixels" make JPEGs of 8192 × 6144, decoded here at a fraction of that; the
others are decoded whole, 4 bytes a pixel and twice or three times over."""

FULL: Final = 1600  # pixels of the longer side
SMALL: Final = 320
QUALITY: Final = 82  # of JPEG in Pillow's scale: no artefact seen at this size

READ: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF8": "GIF"}
OTHERS: Final = (b"BM", b"II*\0", b"MM\0*", b"%PDF-", b"8BPS", b"\0\0\0\x0cjP  ", b"\xff\x0a")
"""How BMP, TIFF (and raw photos), PDF, Photoshop, JPEG 2000 and JPEG XL begin."""

TEARS: Final = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error)
"""What Pillow's decoders raise over a file that is cut or wrong inside."""

BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)

_one_at_a_time = Lock()  # a decoded photo is large: a second one waits rather than doubles that


class PhotoRefused(KioskError):
    """A file that is not taken, and why.

    "too_big": more bytes than the limit. "too_many_pixels": more than can be decoded here.
    "format": a picture or document of a kind that is not read (HEIC, AVIF, TIFF, BMP, PDF …).
    "not_a_picture": something else. "torn": a picture that is cut or damaged.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Photo:
    """A photo in two sizes, each a JPEG without metadata; ``width`` and ``height`` are of full."""

    full: bytes
    small: bytes
    width: int
    height: int


def clean(source: bytes | BinaryIO, limit: int = LIMIT) -> Photo:
    """The photo in a file of at most ``limit`` bytes: JPEG, PNG, WebP, or the first frame of a GIF.

    What the file is called and says to be is not asked. It is turned upright, laid on white where
    it is transparent, and made to fit 1600 × 1600 and 320 × 320 pixels, never larger than it was.
    Raises :class:`PhotoRefused`; the size in pixels is judged from the header, before decoding.
    """
    data = source[: limit + 1] if isinstance(source, bytes) else source.read(limit + 1)
    if len(data) > limit:
        raise PhotoRefused("too_big")
    expected = _format(data)
    with _one_at_a_time, _refusals():
        with Image.open(BytesIO(data), formats=[expected]) as image:
            _check_pixels(expected, *image.size)
            full = _upright(_shrunk(image), _orientation(image))
        return _photo(full)


def _format(data: bytes) -> str:
    """Pillow's name of the format, by the first bytes of the file."""
    for start, name in READ.items():
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_pixels("WEBP", *_webp_size(data))
        return "WEBP"
    if data.startswith(OTHERS) or data[4:8] == b"ftyp" or b"<svg" in data[:1024]:
        raise PhotoRefused("format")
    raise PhotoRefused("not_a_picture")


def _webp_size(data: bytes) -> tuple[int, int]:
    """The size a WebP says it has (RFC 9649 sections 2.5 to 2.7, RFC 6386 section 9.1).

    Read here since its decoder makes room for two whole canvases when it merely opens a file.
    """
    head = data[:30].ljust(30, b"\0")
    number = partial(int.from_bytes, byteorder="little")
    if head[12:16] == b"VP8X":
        return number(head[24:27]) + 1, number(head[27:30]) + 1
    if head[12:16] == b"VP8L":
        bits = number(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if head[12:16] == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return number(head[26:28]) & 0x3FFF, number(head[28:30]) & 0x3FFF
    return 0, 0


def _check_pixels(format: str, width: int, height: int) -> None:
    if width * height > PIXELS[format]:
        raise PhotoRefused("too_many_pixels")


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what Pillow raises into a refusal."""
    try:
        yield
    except BOMBS as error:
        raise PhotoRefused("too_many_pixels") from error
    except TEARS as error:  # also where no picture is found: it began like one
        raise PhotoRefused("torn") from error


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; a photo whose EXIF is damaged is taken as it lies."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except TEARS:
        return 1


def _shrunk(image: Image.Image) -> Image.Image:
    """The pixels alone, in RGB on white, at most 1600 on a side.

    A JPEG is decoded at a half, a quarter or an eighth of its size at once, where that is enough.
    """
    enough = 1.2 * FULL / max(image.size)
    image.draft(None, (math.ceil(image.width * enough), math.ceil(image.height * enough)))
    if image.mode in ("1", "P", "PA", "I", "F") or image.mode.startswith("I;16"):
        image = _plain(image)  # these cannot be resampled smoothly
    image.thumbnail((FULL, FULL))
    return _flat(image)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey: convert() alone would clip at 255
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("L")


def _flat(image: Image.Image) -> Image.Image:
    """A new RGB picture of it, on white: what the file said beside its pixels stays behind."""
    canvas = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        canvas.paste(image, mask=image.getchannel("A"))
    else:
        canvas.paste(image.convert("RGB"))
    return canvas


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    image.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(image)


def _photo(full: Image.Image) -> Photo:
    small = full.copy()
    small.thumbnail((SMALL, SMALL))
    return Photo(_jpeg(full), _jpeg(small), *full.size)


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    bare = _flat(image)
    bare.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()
