"""Photos as they come: upright, small, without a trace of place and time; or refused with why."""

import struct
import threading
import tracemalloc
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageSequence
from PIL.PngImagePlugin import PngInfo

from kiosk.photos import Photo, PhotoRefused, clean

GPS, TAKEN, ORIENTATION = 0x8825, 0x9003, 0x0112


def scene(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """A lift door: red above, blue below, green in the upper left corner."""
    image = Image.new("RGB", (width, height), "red")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), fill="blue")
    draw.rectangle((0, 0, width // 4, height // 4), fill="lime")
    return image.convert(mode)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data), formats=["JPEG"])
    image.load()
    return image


def is_scene(photo: Photo) -> bool:
    """Whether the corner is green, the rest above red, and below blue."""
    image = opened(photo.full)
    places = ((0.1, 0.1), (0.8, 0.2), (0.2, 0.8))
    seen = [image.getpixel((int(image.width * x), int(image.height * y))) for x, y in places]
    brightest = [max(range(3), key=lambda channel: pixel[channel]) for pixel in seen]  # type: ignore[index]
    return brightest == [1, 0, 2]


def why(data: bytes) -> str:
    with pytest.raises(PhotoRefused) as refused:
        clean(data)
    return refused.value.reason


def telephone(orientation: int = 1) -> bytes:
    """A JPEG as a telephone writes it: where, when, by what, with a thumbnail of its own."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x0110] = "Fatou's telephone"
    exif.get_ifd(GPS).update({1: "N", 2: (43.0, 17.0, 47.0), 3: "E", 4: (5.0, 22.0, 12.0)})
    exif.get_ifd(0x8769)[TAKEN] = "2026:11:22 17:20:00"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>at home</x:xmpmeta>"
    return saved(scene(), "JPEG", exif=exif, xmp=xmp, comment=b"at home", icc_profile=b"profile")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_telephones_and_computers_make_is_read(format: str) -> None:
    photo = clean(saved(scene(), format))
    assert is_scene(photo)
    assert (photo.width, photo.height) == (400, 300)
    assert opened(photo.full).size == (400, 300)


def test_a_large_photo_is_made_to_fit_in_two_sizes() -> None:
    photo = clean(BytesIO(saved(scene(4000, 3000), "JPEG")))
    assert (photo.width, photo.height) == opened(photo.full).size == (1600, 1200)
    assert opened(photo.small).size == (320, 240)
    assert is_scene(photo)


def test_a_small_photo_is_not_blown_up() -> None:
    photo = clean(saved(scene(40, 30), "PNG"))
    assert opened(photo.full).size == opened(photo.small).size == (40, 30)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF"])
def test_a_strip_or_a_dot_is_a_picture_too(format: str) -> None:
    assert clean(saved(scene(6000, 2), format)).width == 1600
    assert clean(saved(scene(2, 6000), format)).height == 1600
    assert clean(saved(scene(1, 1), format)).width == 1


def test_nothing_is_left_of_where_and_when() -> None:
    before = telephone()
    assert Image.open(BytesIO(before)).getexif().get_ifd(GPS)
    photo = clean(before)
    for data in (photo.full, photo.small):
        image = opened(data)
        assert dict(image.getexif()) == {}
        assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {
            "progressive",
            "progression",
        }
        for trace in (b"Exif", b"Fatou", b"2026:11:22", b"at home", b"profile", b"xmpmeta"):
            assert trace in before
            assert trace not in data


def test_nothing_is_left_of_what_a_png_says() -> None:
    words = PngInfo()
    words.add_text("Location", "43.29 N 5.37 E")
    photo = clean(
        saved(scene(), "PNG", pnginfo=words, exif=Image.open(BytesIO(telephone())).getexif())
    )
    assert b"43.29" not in photo.full
    assert dict(opened(photo.full).getexif()) == {}


TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", TURNS)
def test_a_photo_taken_sideways_stands_upright(orientation: int) -> None:
    turn = TURNS[orientation]
    lying = scene().transpose(turn) if turn is not None else scene()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    photo = clean(saved(lying, "JPEG", exif=exif))
    assert (photo.width, photo.height) == (400, 300)
    assert is_scene(photo)


def test_a_damaged_exif_does_not_cost_the_photo() -> None:
    data = telephone(orientation=6)
    at = data.index(b"Exif\0\0") + 6
    assert clean(data[:at] + b"\xff" * 40 + data[at + 40 :]).width == 400


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_picture(mode: str) -> None:
    source = scene().convert("L").convert("I").point(lambda value: value * 257)
    image = source.convert(mode) if mode == "I;16" else scene(mode=mode)
    photo = clean(saved(image, "PNG"))
    dark, light = (opened(photo.full).convert("L").getpixel(at) for at in ((200, 250), (40, 30)))
    assert isinstance(dark, int)
    assert isinstance(light, int)
    assert dark < 60 < 140 < light


def test_a_photo_for_print_keeps_its_colours() -> None:
    assert is_scene(clean(saved(scene(mode="CMYK"), "JPEG")))


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_what_is_transparent_is_laid_on_white(format: str) -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    assert opened(clean(saved(image, format)).full).getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(format: str) -> None:
    later = [Image.new("RGB", (400, 300), colour) for colour in ("black", "white")]
    data = saved(scene(), format, save_all=True, append_images=later)
    assert len(list(ImageSequence.Iterator(Image.open(BytesIO(data))))) == 3
    assert is_scene(clean(data))


def png_saying(width: int, height: int) -> bytes:
    data = bytearray(saved(scene(16, 16), "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def jpeg_saying(width: int, height: int) -> bytes:
    data = bytearray(saved(scene(16, 16), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def gif_saying(width: int, height: int) -> bytes:
    data = bytearray(saved(scene(16, 16), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def webp_saying(width: int, height: int) -> bytes:
    data = bytearray(saved(scene(16, 16, "RGBA"), "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"))
    assert data[12:16] == b"VP8X"
    data[24:27] = (width - 1).to_bytes(3, "little")
    data[27:30] = (height - 1).to_bytes(3, "little")
    return bytes(data)


@pytest.mark.parametrize("make", [png_saying, jpeg_saying, gif_saying, webp_saying])
@pytest.mark.parametrize("size", [(30_000, 30_000), (9_000, 9_000), (12_000, 8_000)])
def test_too_many_pixels_are_refused_from_the_header(make: Any, size: tuple[int, int]) -> None:
    tracemalloc.start()
    assert why(make(*size)) == "too_many_pixels"
    assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("lossless", [True, False])
def test_a_plain_webp_of_many_pixels_is_refused_too(lossless: bool) -> None:
    data = bytearray(saved(scene(16, 16), "WEBP", lossless=lossless))
    if lossless:
        bits = (12_000 - 1) | (8_000 - 1) << 14
        data[21:25] = bits.to_bytes(4, "little")
    else:
        data[26:30] = struct.pack("<HH", 12_000, 8_000)
    assert why(bytes(data)) == "too_many_pixels"


def test_fifty_megapixels_are_still_read() -> None:
    photo = clean(saved(Image.new("RGB", (8192, 6144), "navy"), "JPEG"))
    assert (photo.width, photo.height) == (1600, 1200)


def test_a_file_of_forty_megabytes_is_refused() -> None:
    data = saved(scene(), "JPEG")
    assert why(data + bytes(40_000_000)) == "too_big"
    with pytest.raises(PhotoRefused, match="too_big"):
        clean(BytesIO(data), limit=len(data) - 1)
    assert clean(BytesIO(data), limit=len(data)).width == 400


@pytest.mark.parametrize(
    "data", [b"", b"x", b"photo.jpg", b"<html><body>", b"MZ\x90\0" + bytes(100), bytes(10_000)]
)
def test_what_is_no_picture_is_said_to_be_none(data: bytes) -> None:
    assert why(data) == "not_a_picture"


def test_a_picture_of_another_kind_is_told_apart() -> None:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    others = [saved(scene(), format) for format in ("BMP", "TIFF", "AVIF", "PDF")]
    for data in (heic, b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", *others):
        assert why(data) == "format"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_cut_on_the_way_is_torn(format: str) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    data = saved(noise, format)
    for part in (0.02, 0.3, 0.6, 0.9):
        assert why(data[: int(len(data) * part)]) == "torn"


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP"]
)
def test_a_file_that_only_begins_like_a_picture_is_torn(start: bytes) -> None:
    assert why(start + b"nothing of a picture in here" * 20) == "torn"


def test_photos_sent_at_once_are_all_read() -> None:
    data, done = telephone(orientation=6), []
    threads = [threading.Thread(target=lambda: done.append(clean(data).width)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [300] * 8
