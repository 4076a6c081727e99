"""A card seen by a camera: read from a frame, whatever else a browser may send."""

import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.access.cards import new_card, picture
from kiosk.lens import LIMIT, MOST, SIDE, Busy, Lens
from kiosk.photos import PhotoRefused


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lens() -> Lens:
    """One whose every frame comes long after the one before."""
    ticks = iter(range(0, 10**9, 60))
    return Lens(lambda: float(next(ticks)))


def seen(text: str = "", size: int = 150, turned: int = 0, form: str = "JPEG") -> bytes:
    """A grey frame, as a screen sends it, with a card's QR somewhere in it."""
    frame = Image.linear_gradient("L").resize((720, 540))
    if text:
        code = Image.open(BytesIO(picture(text))).convert("L").resize((size, size))
        frame.paste(code.rotate(turned, expand=True, fillcolor=255), (260, 160))
    file = BytesIO()
    frame.save(file, form, quality=70)
    return file.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("turned", [0, 20, 90, 180])
def test_a_card_is_read_however_it_is_held(form: str, turned: int) -> None:
    card = new_card()
    frame = seen(card, turned=turned, form=form)
    assert len(frame) < LIMIT
    assert lens().read(frame) == [card]


def test_a_card_is_read_in_a_mirror_too() -> None:
    card, file = new_card(), BytesIO()
    mirrored = Image.open(BytesIO(seen(card))).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    mirrored.save(file, "JPEG")
    assert lens().read(file.getvalue()) == [card]


def test_where_no_card_is_nothing_is_read() -> None:
    assert lens().read(seen()) == []


def huge() -> bytes:
    """A PNG that says it is a gigapixel, and is a few bytes."""
    head = (60_000).to_bytes(4) + (60_000).to_bytes(4) + b"\x08\0\0\0\0"
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(10)))]
    packed = [
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
        for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"", "torn"),
        (b"RESI", "torn"),
        (b"GIF89a" + bytes(50), "torn"),
        (b"%PDF-1.7", "torn"),
        (huge(), "too_many_pixels"),
        (b"\xff\xd8\xff" + bytes(LIMIT), "too_big"),
        (seen()[:900], "torn"),
    ],
)
def test_what_is_no_frame_is_refused(frame: bytes, reason: str) -> None:
    with pytest.raises(PhotoRefused) as refused:
        lens().read(frame)
    assert refused.value.reason == reason


def test_a_frame_larger_than_a_screen_sends_is_not_decoded() -> None:
    file = BytesIO()
    Image.new("L", (SIDE + 1, 1)).save(file, "PNG")
    with pytest.raises(PhotoRefused, match="too_many_pixels"):
        lens().read(file.getvalue())


FRAMES = {form: seen(new_card(), form=form) for form in ("JPEG", "PNG")}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 4000), st.sampled_from(sorted(FRAMES)))
def test_a_damaged_frame_is_read_or_refused(noise: bytes, at: int, form: str) -> None:
    frame = FRAMES[form]
    torn = frame[:at] + noise + frame[at + len(noise) :]
    try:
        texts = lens().read(torn)
    except PhotoRefused:
        return
    assert all(isinstance(text, str) for text in texts)


def test_more_frames_than_a_second_holds_are_not_looked_at() -> None:
    clock, frame = Clock(), seen()
    lens = Lens(clock)
    for _ in range(MOST):
        lens.read(frame)
    with pytest.raises(Busy):
        lens.read(frame)
    clock.now = 1.01
    assert lens.read(frame) == []
